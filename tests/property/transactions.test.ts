import { describe, it } from "@jest/globals";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DictDB } from "../../src/index.js";
import { patience, runs } from "../support/arbitraries.js";
import { plainProgram, program } from "../support/arbitrary-program.js";
import { randomFrom } from "../support/random.js";
import { createHistoryTables, notSerial, runAtomically, runInTransaction } from "../support/transaction-history.js";
import type { Ended } from "../support/transaction-history.js";

/** What one task does: transactions, and units of work. */
const task = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: program.map((steps) => ({ kind: "transaction" as const, steps })) },
    { weight: 1, arbitrary: plainProgram.map((steps) => ({ kind: "atomic" as const, steps })) },
  ),
  {
    minLength: 1,
    maxLength: 6,
  },
);

const history = fc.record({
  tasks: fc.array(task, { minLength: 2, maxLength: 6 }),
  indexed: fc.boolean(),
  seed: fc.nat(),
});

describe("transactions of several tasks", () => {
  it(
    "come to what running them one after the other, in the order of their seqs, would have come to",
    async () => {
      await fc.assert(
        fc.asyncProperty(history, async ({ tasks, indexed, seed }) => {
          const db = new DictDB({ lockTimeoutMs: 60_000 });
          const tables = createHistoryTables(db, indexed);
          const order: number[] = [];
          db.on("commit", ({ changes }) => {
            for (const change of changes) if (change.table === "marks" && change.type === "insert") order.push(change.key as number);
          });
          const random = randomFrom(seed);
          const pause = async (): Promise<void> => {
            const kind = random(4);
            if (kind === 0) await nextTurn();
            else for (let i = 1; i < kind; i++) await Promise.resolve();
          };
          const ended: (Ended | undefined)[] = [];
          let next = 1;
          await Promise.all(
            tasks.map(async (steps) => {
              for (const { kind, steps: steps2 } of steps) {
                const number = next++;
                await pause();
                ended.push(
                  kind === "atomic" ? runAtomically(db, tables, number, steps2) : await runInTransaction(db, tables, number, steps2, pause),
                );
              }
            }),
          );
          await db.sync();
          const wrong = notSerial(
            ended.filter((one) => one !== undefined),
            order,
            db,
          );
          const { rowLocks, openTransactions, openSnapshots } = db.stats();
          for (const table of [...tables.cells, tables.marks]) table.check();
          await db.close();
          if (wrong !== undefined) throw new Error(wrong);
          if (rowLocks + openTransactions + openSnapshots > 0)
            throw new Error(`left over: ${JSON.stringify({ rowLocks, openTransactions, openSnapshots })}`);
        }),
        runs(400),
      );
    },
    patience,
  );
});
