import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { DictDB } from "../../../src/index.js";
import type { Isolation, StandardSchema } from "../../../src/index.js";
import { Meeting } from "../../support/meeting.js";
import { buildStage, changes, claims, harmless, looks } from "../../support/overtaking/stage.js";
import type { Case, Job, Unit } from "../../support/overtaking/stage.js";
import type * as tasks from "../../support/overtaking/tasks.js";
import { TestThread } from "../../support/test-thread.js";
import type { OpenDatabase } from "../table/database.js";
import { outcome, outside } from "../transactions/database.js";

const conflict = expect.objectContaining({ code: "CONCURRENT_MODIFICATION" }) as unknown;

/** What a unit would answer that came after the change: the one answer that a unit that was disturbed may give. */
function answerAfterwards({ look, change }: Case): unknown {
  const db = new DictDB();
  buildStage(db);
  changes[change](db);
  return look(db as Unit);
}

/**
 * Units of work that others overtake between their run and their commit.
 *
 * @param isShared whether other threads can take part, so that they can overtake `atomic`
 */
export function overtakenContract(open: OpenDatabase, isShared: boolean): void {
  const stage = (): DictDB => {
    const db = open();
    buildStage(db);
    return db;
  };

  /** Opens a transaction that has looked, lets others change what they like, and commits. */
  const disturbed = async ({ look, change }: Case, isolation: Isolation, writes: boolean): Promise<unknown> => {
    const db = stage();
    const tx = db.begin({ isolation });
    look(tx as Unit);
    if (writes) tx.getTable<Job>("log").insert({ id: 1, state: "seen" });
    changes[change](db);
    const result = await outcome(tx.commit());
    if (result !== "committed") expect(db.getTable("log").size).toBe(0);
    return result;
  };

  const runAgain = async ({ look, change }: Case, writes: boolean): Promise<{ runs: number; answer: unknown }> => {
    const db = stage();
    let runs = 0;
    const answer = await db.transaction((tx) => {
      const answer = look(tx as Unit);
      if (writes) tx.getTable<Job>("log").insert({ id: 1, state: "seen" });
      if (++runs === 1) outside(() => changes[change](db));
      return answer;
    });
    return { runs, answer };
  };

  describe("a transaction that others overtake", () => {
    const txLooks = Object.entries(looks).filter(([, { isPlain }]) => isPlain !== true);

    it.each(Object.entries(claims))("conflicts though nothing is left to be changed: %s", async (_name, one) => {
      expect(await disturbed(one, "serializable", false)).toEqual(conflict);
      expect(await runAgain(one, false)).toEqual({ runs: 2, answer: answerAfterwards(one) });
    });

    it.each(Object.entries(claims).filter(([, { isWriteConflict }]) => isWriteConflict === true))(
      "conflicts under isolation snapshot, too: %s",
      async (_name, one) => {
        expect(await disturbed(one, "snapshot", false)).toEqual(conflict);
      },
    );

    it.each(txLooks)("conflicts over what it has read: %s", async (_name, one) => {
      expect(await disturbed(one, "serializable", true)).toEqual(conflict);
      expect(await runAgain(one, true)).toEqual({ runs: 2, answer: answerAfterwards(one) });
    });

    it.each(txLooks)("commits where it has only read: %s", async (_name, one) => {
      expect(await disturbed(one, "serializable", false)).toBe("committed");
    });

    it.each(Object.entries(harmless))("commits where it was not disturbed: %s", async (_name, one) => {
      expect(await disturbed(one, "serializable", true)).toBe("committed");
    });

    it("conflicts where its table has got another schema since it has written", async () => {
      const db = stage();
      db.createTable("typed", { schema: schemaOf("first") });
      const tx = db.begin();
      tx.getTable("typed").insert({ id: 1 });
      db.getTable("typed", { schema: schemaOf("second"), replaceSchema: true });
      expect(await outcome(tx.commit())).toEqual(conflict);
      await db.transaction((again) => again.getTable("typed").insert({ id: 1 }));
      expect(db.getTable("typed").get(1)).toEqual({ id: 1, by: "second" });
    });
  });

  if (!isShared) return;
  describe("a unit of atomic that another thread overtakes", () => {
    let other: TestThread<typeof tasks>;
    beforeAll(() => {
      other = new TestThread<typeof tasks>(new URL("../../support/overtaking/tasks.js", import.meta.url));
    });
    afterAll(async () => other.end());

    /** Runs a unit; between its first run and its commit another thread changes something. */
    const run = async ({ look, change }: Case, writes: boolean): Promise<{ runs: number; answer: unknown }> => {
      const db = stage();
      const handle = db.share();
      await other.run(handle, "attend");
      const meeting = new Meeting();
      let done: Promise<unknown> | undefined;
      let runs = 0;
      const answer = db.atomic(() => {
        const answer = look(db as Unit);
        if (writes) db.getTable<Job>("log").insert({ id: 1, state: "seen" });
        if (++runs === 1) {
          done = other.run(handle, "disturb", change, meeting.word);
          meeting.waitFor(1);
        }
        return answer;
      });
      await done;
      return { runs, answer };
    };

    it.each(Object.entries(claims))("runs again though nothing is left to be changed: %s", async (_name, one) => {
      expect(await run(one, false)).toEqual({ runs: 2, answer: answerAfterwards(one) });
    });

    it.each(Object.entries(looks))("runs again over what it has read: %s", async (_name, one) => {
      expect(await run(one, true)).toEqual({ runs: 2, answer: answerAfterwards(one) });
    });

    it.each(Object.entries(looks))("runs once where it has only read: %s", async (_name, one) => {
      expect((await run(one, false)).runs).toBe(1);
    });

    it.each(Object.entries(harmless))("runs once where it was not disturbed: %s", async (_name, one) => {
      expect((await run(one, true)).runs).toBe(1);
    });

    it("runs again where the key that it was given was given to another one", async () => {
      const insert: Case = { look: (unit) => unit.getTable("jobs").insert({ state: "x" } as never), change: "inserts job 9" };
      expect(await run(insert, false)).toEqual({ runs: 2, answer: 10 });
    });
  });
}

/** A schema that signs the records. */
function schemaOf(by: string): StandardSchema<{ id: number }, { id: number; by: string }> {
  return { "~standard": { version: 1, vendor: "test", validate: (record) => ({ value: { ...(record as { id: number }), by } }) } };
}
