import { describe, expect, it, jest } from "@jest/globals";
import type { Commit, DictDB } from "../../../src/index.js";
import { errorOf, people, peopleIn } from "./database.js";
import type { OpenDatabase, User } from "./database.js";

/** Collects commits. `arrived(n)` resolves when there are that many. */
function listen(
  db: DictDB,
  signal?: AbortSignal,
): { readonly commits: Commit[]; readonly off: () => void; readonly arrived: (count: number) => Promise<void> } {
  const commits: Commit[] = [];
  let check = (): void => undefined;
  const off = db.on(
    "commit",
    (commit) => {
      commits.push(commit);
      check();
    },
    { signal },
  );
  return {
    commits,
    off,
    arrived: (count) =>
      new Promise((resolve) => {
        check = () => commits.length >= count && resolve();
        check();
      }),
  };
}

export function eventContract(open: OpenDatabase): void {
  describe('on("commit")', () => {
    it("tells of each commit in order, with images before and after", async () => {
      const db = open();
      const users = peopleIn(db);
      const { commits, arrived } = listen(db);
      users.insert({ name: "Fay" });
      users.update({ age: 31 }, 1);
      users.delete({ where: { dept: "IT", name: "Eve" } });
      users.upsert([
        { id: 2, name: "Rob" },
        { id: 9, name: "Gil" },
      ]);
      await arrived(4);
      expect(commits.map(({ changes }) => changes)).toEqual([
        [{ type: "insert", table: "users", key: 6, after: { id: 6, name: "Fay" } }],
        [{ type: "update", table: "users", key: 1, before: people[0], after: { ...people[0], age: 31 } }],
        [{ type: "delete", table: "users", key: 5, before: people[4] }],
        [
          { type: "update", table: "users", key: 2, before: people[1], after: { ...people[1], name: "Rob" } },
          { type: "insert", table: "users", key: 9, after: { id: 9, name: "Gil" } },
        ],
      ]);
      const seqs = commits.map(({ seq }) => seq);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      expect(seqs.at(-1)).toBe(db.seq);
      expect(commits.map(({ origin }) => origin)).toEqual(["local", "local", "local", "local"]);
    });

    it("tells of tables and indexes", async () => {
      const db = open();
      const { commits, arrived } = listen(db);
      const users = db.createTable<User>("users");
      users.createIndex(["dept", "name"]);
      users.createIndex(users.fields.address.city);
      users.dropIndex(["dept", "name"]);
      db.dropTable("users");
      await arrived(5);
      expect(commits.flatMap(({ changes }) => changes)).toEqual([
        { type: "createTable", table: "users" },
        { type: "createIndex", table: "users", fields: ["dept", "name"] },
        { type: "createIndex", table: "users", fields: ["address.city"] },
        { type: "dropIndex", table: "users", fields: ["dept", "name"] },
        { type: "dropTable", table: "users" },
      ]);
    });

    it("comes from a task of its own, never from within the writer's call", async () => {
      const db = open();
      const users = peopleIn(db);
      const { commits, arrived } = listen(db);
      users.insert({ name: "Fay" });
      users.insert({ name: "Gil" });
      expect(commits).toEqual([]);
      await arrived(2);
      expect(commits).toHaveLength(2);
    });

    it("hands out frozen copies", async () => {
      const db = open();
      const users = peopleIn(db);
      const { commits, arrived } = listen(db);
      users.update({ tags: ["x"] }, 1);
      await arrived(1);
      const [commit] = commits;
      const [change] = commit!.changes as unknown as [{ before: User; after: User }];
      for (const part of [commit, commit!.changes, change, change.before, change.after, change.after.tags, change.before.address]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
      expect(change.after).not.toBe(users.get(1, { copy: false }));
      expect(change.after.tags).not.toBe(users.get(1, { copy: false })!.tags);
    });

    it("tells nobody of a commit that fails, or of a call that changes nothing", async () => {
      const db = open();
      const users = peopleIn(db);
      const { commits, arrived } = listen(db);
      expect(errorOf(() => users.insert({ id: 1, name: "dup" }))).toMatchObject({ code: "DUPLICATE_KEY" });
      users.update({ age: 1 }, 77);
      users.delete({ where: { name: "nobody" } });
      users.insert([]);
      users.insert({ name: "Fay" });
      await arrived(1);
      expect(commits).toHaveLength(1);
      expect(commits[0]!.changes).toMatchObject([{ type: "insert", key: 6 }]);
    });

    it("stops when the listener is removed, by its function or its signal", async () => {
      const db = open();
      const users = peopleIn(db);
      const controller = new AbortController();
      const removed = listen(db);
      const aborted = listen(db, controller.signal);
      const kept = listen(db);
      users.insert({ name: "Fay" });
      await kept.arrived(1);
      removed.off();
      removed.off();
      controller.abort();
      listen(db, controller.signal);
      users.insert({ name: "Gil" });
      await kept.arrived(2);
      expect([removed, aborted, kept].map(({ commits }) => commits.length)).toEqual([1, 1, 2]);
    });

    it("lets go of signals when it is closed", async () => {
      const db = open();
      const { signal } = new AbortController();
      const removed = jest.spyOn(signal, "removeEventListener");
      db.on("commit", () => undefined, { signal });
      db.on("close", () => undefined, { signal });
      expect(removed).not.toHaveBeenCalled();
      await db.close();
      expect(removed).toHaveBeenCalledTimes(1); // one listener serves all who watch a signal
    });

    it("tells a listener of what comes after it", async () => {
      const db = open();
      const users = peopleIn(db);
      const early = listen(db);
      users.insert({ name: "Fay" });
      const late = listen(db);
      users.insert({ name: "Gil" });
      await late.arrived(1);
      await early.arrived(2);
      expect(late.commits.map(({ changes }) => changes[0])).toMatchObject([{ after: { name: "Gil" } }]);
    });

    it("lets a listener write, and be given twice", async () => {
      const db = open();
      const users = peopleIn(db);
      const { arrived, commits } = listen(db);
      const echo = ({ changes }: Commit): void => {
        for (const change of changes) if (change.type === "insert" && users.size < 9) users.insert({ name: "echo" });
      };
      db.on("commit", echo);
      db.on("commit", echo);
      users.insert({ name: "Fay" });
      await arrived(4);
      expect(users.size).toBe(9);
      expect(commits).toHaveLength(4);
    });
  });

  describe('on("error")', () => {
    it("is told what a listener throws or rejects with, and others hear the commit all the same", async () => {
      const db = open();
      const users = peopleIn(db);
      const errors: unknown[] = [];
      const failed = new Promise<void>((resolve) => {
        db.on("error", (error) => {
          errors.push(error);
          if (errors.length === 3) resolve();
        });
      });
      const thrown = new RangeError("thrown");
      const rejected = new RangeError("rejected");
      db.on("commit", () => {
        throw thrown;
      });
      db.on("commit", () => {
        throw Object.create(null);
      });
      db.on("commit", () => Promise.reject(rejected) as unknown as undefined);
      const { arrived, commits } = listen(db);
      expect(users.insert({ name: "Fay" })).toBe(6);
      await arrived(1);
      await failed;
      expect(commits).toHaveLength(1);
      expect(errors[0]).toBe(thrown);
      expect(errors[2]).toBe(rejected);
      expect(users.size).toBe(6);
    });

    it("becomes a warning of the process when nobody listens, or the listener fails too", async () => {
      const db = open();
      const users = peopleIn(db);
      const warn = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
      try {
        const off = db.on("commit", () => {
          throw new RangeError("unheard");
        });
        const { arrived } = listen(db);
        users.insert({ name: "Fay" });
        await arrived(1);
        db.on("error", () => {
          throw new RangeError("failed again");
        });
        users.insert({ name: "Gil" });
        await arrived(2);
        off();
        expect(warn.mock.calls.map(([text]) => text)).toEqual([
          expect.stringContaining("unheard"),
          expect.stringContaining("failed again"),
        ]);
      } finally {
        warn.mockRestore();
      }
    });
  });

  describe('on("close")', () => {
    it("is told once, after every commit", async () => {
      const db = open();
      const users = peopleIn(db);
      const told: string[] = [];
      db.on("commit", ({ changes }) => {
        told.push(changes[0]!.type);
        void db.close();
      });
      db.on("close", () => told.push("close"));
      db.on("close", () => {
        throw new RangeError("no harm");
      });
      db.on("error", (error) => told.push(String(error)));
      users.insert({ name: "Fay" });
      users.delete(6);
      await new Promise<void>((resolve) => {
        db.on("close", () => resolve());
      });
      await db.close();
      expect(told).toEqual(["insert", "delete", "close", "RangeError: no harm"]);
    });
  });
}
