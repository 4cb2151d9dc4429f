// npm --prefix bench run transactions: transactions beside better-sqlite3's, reads while a snapshot is open, and one record that many tasks want.
import { setImmediate as nextTurn } from "node:timers/promises";
import Database from "better-sqlite3";
import { DictDB } from "../dist/src/index.js";
import { people } from "./work/data.mjs";
import { digits, median } from "./report/figures.mjs";

const SIZE = 100_000;
const ROUNDS = 15;
const SLICE_MS = 100;

/** Arguments in an order that no cache likes, the same for everybody. @param {number} i */
const idAt = (i) => 1 + ((i * 7_919) % SIZE);

/** One slice: how often a step could be done in a second. @param {(i: number) => unknown} step */
async function rate(step, isAsync = false) {
  const began = performance.now();
  let done = 0;
  let now = began;
  while (now - began < SLICE_MS) {
    for (let end = done + 64; done < end; done++) {
      const result = step(done);
      if (isAsync) await result;
    }
    now = performance.now();
  }
  return (done * 1_000) / (now - began);
}

/** Slices of several competitors in turn, so that a slow moment of the machine falls on all of them; the first round warms up. */
async function compare(/** @type {Record<string, () => Promise<number>>} */ competitors) {
  /** @type {Record<string, number[]>} */
  const rates = Object.fromEntries(Object.keys(competitors).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, run] of Object.entries(competitors)) {
      const measured = await run();
      if (round > 0) rates[name].push(measured);
    }
  }
  return rates;
}

/** The median of the rounds' own ratios. @param {number[]} a @param {number[]} b */
const ratio = (a, b) => median(a.map((value, i) => value / b[i]));

/** @param {string} name @param {number} value */
const perSecond = (name, value) => console.log(`${name.padEnd(66)} ${Math.round(value).toLocaleString("en").padStart(12)} /s`);

/** @param {string} goal @param {number} measured @param {number} least */
const judge = (goal, measured, least) =>
  console.log(
    `  ${measured >= least ? "reached" : "NOT REACHED"}: ${goal}: ${digits(measured)}, at least ${least.toLocaleString("en")} wanted\n`,
  );

function openDictDB() {
  const db = new DictDB();
  const table = db.createTable("people");
  table.insert(people(1, SIZE));
  return { db, table };
}

function openSqlite() {
  const db = new Database(":memory:");
  db.exec(
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER NOT NULL, dept TEXT NOT NULL, salary INTEGER NOT NULL)",
  );
  const insert = db.prepare("INSERT INTO people VALUES (?, ?, ?, ?, ?)");
  db.transaction(() => {
    for (const { id, name, age, dept, salary } of people(1, SIZE)) insert.run(id, name, age, dept, salary);
  })();
  const [begin, commit] = [db.prepare("BEGIN"), db.prepare("COMMIT")];
  const get = db.prepare("SELECT * FROM people WHERE id = ?");
  const update = db.prepare("UPDATE people SET salary = ? WHERE id = ?");
  return { db, begin, commit, get, update };
}

async function transactions() {
  const { db, table } = openDictDB();
  const sqlite = openSqlite();
  let steps = 0;
  const rates = await compare({
    dictdb: () =>
      rate((i) => {
        steps++;
        return db.transaction(async (tx) => {
          const inside = tx.getTable(table);
          const id = idAt(i);
          inside.update({ salary: inside.get(id).salary + 1 }, id);
        });
      }, true),
    sqlite: () =>
      rate((i) => {
        const id = idAt(i);
        sqlite.begin.run();
        const { salary } = /** @type {any} */ (sqlite.get.get(id));
        sqlite.update.run(salary + 1, id);
        sqlite.commit.run();
      }),
  });
  const total = (/** @type {any[]} */ rows) => rows.reduce((sum, { salary }) => sum + salary, 0);
  if (total(table.all()) !== total(people(1, SIZE)) + steps) throw new Error("an update was lost");
  if (db.stats().conflicts !== 0) throw new Error("there were conflicts");
  perSecond("DictDB: transaction that reads one record and updates it", median(rates.dictdb));
  perSecond("better-sqlite3: BEGIN, SELECT, UPDATE, COMMIT, prepared, in memory", median(rates.sqlite));
  judge("transactions per second", median(rates.dictdb), 200_000);
  judge("times better-sqlite3", ratio(rates.dictdb, rates.sqlite), 3);
}

async function readsBesideSnapshot() {
  const { db, table } = openDictDB();
  const held = openDictDB();
  const snapshot = held.db.snapshot();
  // It keeps the former state of a tenth of the records.
  held.table.update({ age: 20 }, { where: held.table.fields.id.lte(SIZE / 10) });
  const then = snapshot.getTable(held.table);
  const options = { copy: false };
  const rates = await compare({
    without: () => rate((i) => table.get(idAt(i), options)),
    beside: () => rate((i) => held.table.get(idAt(i), options)),
    inside: () => rate((i) => then.get(idAt(i), options)),
  });
  perSecond("get by key, no snapshot open", median(rates.without));
  perSecond("get by key, a snapshot with 10,000 images open", median(rates.beside));
  perSecond("get by key from that snapshot", median(rates.inside));
  judge("reads beside an open snapshot, against those without", ratio(rates.beside, rates.without), 0.8);
  snapshot.close();
  await Promise.all([db.close(), held.db.close()]);
}

async function opening() {
  for (const size of [1_000, 1_000_000]) {
    const db = new DictDB();
    db.createTable("people").insert(people(1, size));
    const opened = [];
    for (let round = 0; round < ROUNDS; round++) opened.push(await rate(() => db.snapshot().close()));
    perSecond(`opening and closing a snapshot of ${size.toLocaleString("en")} records`, median(opened));
  }
  console.log("");
}

async function hotRecord() {
  for (const locks of [false, true]) {
    const db = new DictDB();
    const table = db.createTable("counters");
    table.insert({ n: 0 });
    const end = performance.now() + 2_000;
    let done = 0;
    const task = async () => {
      while (performance.now() < end) {
        await db.transaction(
          async (tx) => {
            const inside = tx.getTable(table);
            const row = locks ? (await inside.selectForUpdate({ where: { id: 1 } }))[0] : inside.get(1);
            await nextTurn(); // whatever it has to wait for
            inside.update({ n: row.n + 1 }, 1);
          },
          { retries: 1_000_000 },
        );
        done++;
      }
    };
    await Promise.all(Array.from({ length: 8 }, task));
    if (table.get(1).n !== done) throw new Error("an update was lost");
    const { conflicts, retries, rowWaits } = db.stats();
    perSecond(`8 tasks, one record, ${locks ? "selectForUpdate" : "optimistic"}`, done / 2);
    console.log(
      `  ${conflicts.toLocaleString("en")} conflicts, ${retries.toLocaleString("en")} runs again, ${rowWaits.toLocaleString("en")} waits for the row\n`,
    );
  }
}

await transactions();
await readsBesideSnapshot();
await opening();
await hotRecord();
