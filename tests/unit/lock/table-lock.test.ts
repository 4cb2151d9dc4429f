import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { DeadlockError, InvalidArgumentError } from "../../../src/base/errors.js";
import type { LockMode, Release } from "../../../src/lock/reader-writer-lock.js";
import { RWLock } from "../../../src/lock/rw-lock.js";
import { TableLock } from "../../../src/lock/table-lock.js";
import { WaitCounter } from "../../../src/lock/wait-counter.js";
import type { WaitOptions } from "../../../src/lock/wait-options.js";
import { deferred, type Deferred } from "../../support/deferred.js";
import { rejection } from "../../support/rejection.js";

const modes: readonly LockMode[] = ["read", "write"];

function section<R>(lock: TableLock, mode: LockMode, fn: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
  return mode === "read" ? lock.read(fn, options) : lock.write(fn, options);
}

function trySection(lock: TableLock, mode: LockMode): Release | undefined {
  return mode === "read" ? lock.tryRead() : lock.tryWrite();
}

/** What a synchronous verb meets: "passes", or the error. */
function verb(lock: TableLock): unknown {
  try {
    lock.assertWritable("insert()");
    return "passes";
  } catch (error) {
    return error;
  }
}

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error");
}

/** Opens a section in a task of its own and leaves it open until `end` is resolved. */
async function otherTask(lock: TableLock, mode: LockMode): Promise<{ end: Deferred<void>; done: Promise<void> }> {
  const started = deferred();
  const end = deferred();
  const done = section(lock, mode, async () => {
    started.resolve();
    await end.promise;
  });
  await started.promise;
  return { end, done };
}

describe("TableLock", () => {
  let users: TableLock;

  beforeEach(() => {
    users = new TableLock("users");
  });

  afterEach(() => {
    if (users.isOpen) throw new Error("the test left a section open");
  });

  describe("a synchronous verb", () => {
    it("passes where no section is open", async () => {
      expect(verb(users)).toBe("passes");
      await users.write(() => {});
      expect(verb(users)).toBe("passes");
    });

    it("does not look up its async context where no section is open", async () => {
      // Makes sure that there is a context to look up.
      await users.write(() => {});
      const lookups = jest.spyOn(AsyncLocalStorage.prototype, "getStore");
      try {
        expect([verb(users), users.isOpen, users.ownMode]).toEqual(["passes", false, undefined]);
        expect(lookups).not.toHaveBeenCalled();
        await users.write(() => users.assertWritable("insert()"));
        expect(lookups).toHaveBeenCalled();
      } finally {
        lookups.mockRestore();
      }
    });

    it("passes in the write section of its own task, across awaits and in what that starts", async () => {
      await users.write(async () => {
        expect(verb(users)).toBe("passes");
        await Promise.resolve();
        expect(verb(users)).toBe("passes");
        const children = [1, 2].map(async () => {
          await Promise.resolve();
          return verb(users);
        });
        expect(await Promise.all(children)).toEqual(["passes", "passes"]);
      });
    });

    it("is refused in the read section of its own task", async () => {
      await users.read(async () => {
        await Promise.resolve();
        const error = thrownBy(() => users.assertWritable("insert()"));
        expect(error).toBeInstanceOf(DeadlockError);
        expect(error).toMatchObject({ code: "DEADLOCK", details: { table: "users", verb: "insert()", mode: "read" } });
        expect((error as Error).message).toMatch(/^insert\(\): this task is in a read section of table "users", which is never upgraded/);
      });
    });

    it.each([
      ["read", "reading"],
      ["write", "writing"],
    ] as const)("is refused while another task is in a %s section", async (mode, purpose) => {
      const { end, done } = await otherTask(users, mode);
      const error = thrownBy(() => users.assertWritable("delete()"));
      expect(error).toBeInstanceOf(DeadlockError);
      expect(error).toMatchObject({ code: "DEADLOCK", details: { table: "users", verb: "delete()", mode } });
      expect((error as Error).message).toContain(`delete(): another task of this thread holds table "users" for ${purpose}`);
      end.resolve();
      await done;
      expect(verb(users)).toBe("passes");
    });

    it("is refused from the grant on, before the section's function has started", async () => {
      const starting = users.write(() => {});
      expect(users.isOpen).toBe(true);
      expect(verb(users)).toBeInstanceOf(DeadlockError);
      await starting;
    });

    it("is refused between two sections that are handed over", async () => {
      const otherContext = AsyncResource.bind(() => users.write(() => verb(users)));
      const release = users.tryWrite();
      const next = otherContext();
      release?.();
      // The lock is granted in the turn of the release, the next section starts later.
      expect(verb(users)).toBeInstanceOf(DeadlockError);
      expect(await next).toBe("passes");
    });

    it("of late code is not the holder's any more", async () => {
      let late = (): unknown => undefined;
      await users.write(() => {
        late = AsyncResource.bind(() => verb(users));
        expect(late()).toBe("passes");
      });
      expect(late()).toBe("passes");
      const { end, done } = await otherTask(users, "write");
      expect(late()).toBeInstanceOf(DeadlockError);
      end.resolve();
      await done;
    });
  });

  describe("sections", () => {
    it("exclude each other and are served by the rules of the lock", async () => {
      const log: string[] = [];
      const { end, done } = await otherTask(users, "write");
      const waiting = [
        users.write(() => log.push("w1")),
        users.read(() => log.push("r1")),
        users.write(() => log.push("w2")),
        users.read(() => log.push("r2")),
      ];
      end.resolve();
      await Promise.all([done, ...waiting]);
      expect(log).toEqual(["r1", "r2", "w1", "w2"]);
    });

    it.each(modes)("resolve to what the function returns and pass on what it throws (%s)", async (mode) => {
      const thrown = { not: "an Error" };
      await expect(section(users, mode, () => 1)).resolves.toBe(1);
      await expect(section(users, mode, async () => 2)).resolves.toBe(2);
      expect(await rejection(section(users, mode, () => Promise.reject(thrown)))).toBe(thrown);
      const fail = (): never => {
        throw thrown;
      };
      expect(await rejection(section(users, mode, fail))).toBe(thrown);
      expect(users.isOpen).toBe(false);
      await section(users, mode, async () => {
        expect(await rejection(section(users, mode, fail))).toBe(thrown);
        expect(users.ownMode).toBe(mode);
      });
    });

    it("tell their own task the mode", async () => {
      expect(users.ownMode).toBeUndefined();
      await users.read(() => expect(users.ownMode).toBe("read"));
      await users.write(() => expect(users.ownMode).toBe("write"));
      const { end, done } = await otherTask(users, "write");
      expect(users.ownMode).toBeUndefined();
      end.resolve();
      await done;
    });

    it("give up waiting at their time limit, which may be the table's, and name the table", async () => {
      const patient = new TableLock("users", { timeoutMs: 5 });
      const { end, done } = await otherTask(patient, "read");
      const errors = [await rejection(patient.write(() => {})), await rejection(patient.write(() => {}, { timeoutMs: 0 }))];
      expect(errors).toMatchObject([
        { code: "LOCK_TIMEOUT", details: { name: 'table "users"', mode: "write", timeoutMs: 5 } },
        { code: "LOCK_TIMEOUT", message: 'table "users" was not free for writing within 0 ms' },
      ]);
      end.resolve();
      await done;
    });

    it("give up waiting when their signal aborts", async () => {
      const { end, done } = await otherTask(users, "write");
      const controller = new AbortController();
      const waiting = rejection(users.read(() => {}, { signal: controller.signal }));
      controller.abort("no longer");
      expect(await waiting).toBe("no longer");
      end.resolve();
      await done;
    });

    it("count their waits", async () => {
      const waits = new WaitCounter();
      const tables = [new TableLock("a", { waits }), new TableLock("b", { waits })];
      await Promise.all(tables.flatMap((table) => [table.write(() => {}), table.write(() => {})]));
      expect(waits.count).toBe(2);
    });

    it("run on whatever lock is underneath", async () => {
      const lock = new RWLock({ timeoutMs: 0 });
      const table = new TableLock("users", { lock });
      await table.read(() => expect(lock.readers).toBe(1));
      const release = lock.tryWrite();
      expect(table.isOpen).toBe(true);
      expect(await rejection(table.read(() => {}))).toMatchObject({ code: "LOCK_TIMEOUT" });
      release?.();
    });
  });

  describe("nesting", () => {
    it("runs both modes at once inside a write section", async () => {
      await users.write(async () => {
        for (const mode of modes) {
          let ran = false;
          const nested = section(users, mode, () => {
            ran = true;
            return [users.ownMode, verb(users)];
          });
          expect(ran).toBe(true);
          expect(await nested).toEqual(["write", "passes"]);
        }
      });
    });

    it("runs a read at once inside a read section, even while a writer waits", async () => {
      const log: string[] = [];
      const otherContext = AsyncResource.bind(() => users.write(() => log.push("other writer")));
      let writer: Promise<unknown> | undefined;
      await users.read(async () => {
        writer = otherContext();
        await users.read(() => log.push("nested"));
        await users.read(() => log.push("nested, no wait"), { timeoutMs: 0 });
        const release = users.tryRead();
        log.push(`nested try is ${typeof release}`);
        release?.();
        expect(users.ownMode).toBe("read");
      });
      await writer;
      expect(log).toEqual(["nested", "nested, no wait", "nested try is function", "other writer"]);
    });

    it("refuses a write inside a read section at once, without waiting", async () => {
      await users.read(async () => {
        const error = await rejection(users.write(() => {}, { timeoutMs: Infinity }));
        expect(error).toBeInstanceOf(DeadlockError);
        expect(error).toMatchObject({ details: { table: "users", verb: "lock.write()", mode: "read" } });
        await users.read(async () => expect(await rejection(users.write(() => {}))).toBeInstanceOf(DeadlockError));
        expect(users.tryWrite()).toBeUndefined();
      });
    });

    it("keeps the lock until nested sections that nobody awaited have ended", async () => {
      const end = deferred();
      let nested: Promise<unknown> | undefined;
      await users.write(() => {
        nested = users.write(async () => {
          await end.promise;
          return verb(users);
        });
      });
      expect(users.isOpen).toBe(true);
      expect(verb(users)).toBeInstanceOf(DeadlockError);
      end.resolve();
      expect(await nested).toBe("passes");
      expect(users.isOpen).toBe(false);
    });

    it("asks for the lock again in late code", async () => {
      let late: (() => Promise<unknown>) | undefined;
      await users.write(() => {
        late = AsyncResource.bind(() => users.read(() => users.ownMode, { timeoutMs: 0 }));
      });
      const { end, done } = await otherTask(users, "write");
      expect(await rejection(late!())).toMatchObject({ code: "LOCK_TIMEOUT" });
      end.resolve();
      await done;
      expect(await late!()).toBe("read");
    });

    it("keeps the sections of several tables apart", async () => {
      const orders = new TableLock("orders");
      await users.write(async () => {
        await orders.read(async () => {
          expect([users.ownMode, orders.ownMode]).toEqual(["write", "read"]);
          expect(verb(users)).toBe("passes");
          expect(verb(orders)).toMatchObject({ details: { table: "orders", mode: "read" } });
          await users.write(() => expect([users.ownMode, orders.ownMode]).toEqual(["write", "read"]));
        });
        expect([users.ownMode, orders.ownMode]).toEqual(["write", undefined]);
        expect(verb(orders)).toBe("passes");
      });
    });
  });

  describe("try forms", () => {
    it.each(modes)("make the rest of the task the holder until it releases (try %s)", async (mode) => {
      const task = async (): Promise<void> => {
        await Promise.resolve();
        const release = trySection(users, mode);
        expect(users.ownMode).toBe(mode);
        await Promise.resolve();
        expect(users.ownMode).toBe(mode);
        release?.();
        expect(users.ownMode).toBeUndefined();
        expect(users.isOpen).toBe(false);
      };
      await task();
    });

    it("let only their own task pass", async () => {
      const held = deferred();
      const end = deferred();
      const task = async (): Promise<void> => {
        await Promise.resolve();
        const release = users.tryWrite();
        expect(verb(users)).toBe("passes");
        held.resolve();
        await end.promise;
        expect(verb(users)).toBe("passes");
        release?.();
      };
      const done = task();
      await held.promise;
      expect(verb(users)).toBeInstanceOf(DeadlockError);
      expect(users.tryWrite()).toBeUndefined();
      expect(users.tryRead()).toBeUndefined();
      end.resolve();
      await done;
    });

    it("give nothing while another task is in the way, and the task does not become a holder", async () => {
      const { end, done } = await otherTask(users, "read");
      expect(users.tryWrite()).toBeUndefined();
      expect(users.ownMode).toBeUndefined();
      end.resolve();
      await done;
    });

    it("nest, and release once", async () => {
      const task = async (): Promise<void> => {
        await Promise.resolve();
        const outer = users.tryWrite();
        const inner = users.tryRead();
        outer?.();
        outer?.();
        expect(users.ownMode).toBe("write");
        await expect(users.write(() => verb(users))).resolves.toBe("passes");
        inner?.();
        expect(users.isOpen).toBe(false);
      };
      await task();
    });
  });

  describe("arguments", () => {
    it.each(modes)("%s() refuses wrong ones, inside a section too", async (mode) => {
      const attempts = async (): Promise<unknown[]> => [
        await rejection(section(users, mode, undefined as unknown as () => void)),
        await rejection(section(users, mode, () => {}, { timeout: 1 } as WaitOptions)),
        await rejection(section(users, mode, () => {}, { timeoutMs: -1 })),
      ];
      const errors = [...(await attempts()), ...(await users.write(attempts))];
      expect(errors.map((error) => error instanceof InvalidArgumentError)).toEqual(errors.map(() => true));
    });

    it.each(modes)("%s() refuses an aborted signal, inside a section too", async (mode) => {
      const attempt = (): Promise<unknown> => rejection(section(users, mode, () => {}, { signal: AbortSignal.abort("before") }));
      expect([await attempt(), await users.write(attempt)]).toEqual(["before", "before"]);
    });
  });
});
