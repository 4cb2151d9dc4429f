import { describe, expect, it, jest } from "@jest/globals";
import { AsyncResource } from "node:async_hooks";
import { currentSection, enterSection, runInSection, Section } from "../../../src/lock/section.js";
import { deferred } from "../../support/deferred.js";

describe("Section", () => {
  it("is open from the first that enters until the last has left, and then gives the lock back once", () => {
    const release = jest.fn();
    const section = new Section({}, "write", release);
    expect(section.isOpen).toBe(false);
    const outer = section.enter();
    const inner = section.enter();
    outer();
    outer();
    expect(section.isOpen).toBe(true);
    expect(release).not.toHaveBeenCalled();
    inner();
    expect(section.isOpen).toBe(false);
    inner();
    expect(release).toHaveBeenCalledTimes(1);
  });
});

describe("the sections of an async context", () => {
  const lock = {};
  const other = {};

  function opened(lock: object): { section: Section; leave: () => void } {
    const section = new Section(lock, "write", () => {});
    return { section, leave: section.enter() };
  }

  it("are those that its work runs in, across awaits and for what it starts", async () => {
    const { section, leave } = opened(lock);
    const seen: unknown[] = [];
    await runInSection(section, async () => {
      seen.push(currentSection(lock));
      await Promise.resolve();
      seen.push(currentSection(lock));
      const timer = deferred();
      setImmediate(() => {
        seen.push(currentSection(lock));
        timer.resolve();
      });
      await timer.promise;
    });
    expect(seen.map((found) => found === section)).toEqual([true, true, true]);
    expect(currentSection(lock)).toBeUndefined();
    leave();
  });

  it("do not reach other tasks", async () => {
    const { section, leave } = opened(lock);
    const inside = deferred();
    const end = deferred();
    const task = runInSection(section, async () => {
      inside.resolve();
      await end.promise;
    });
    await inside.promise;
    expect(currentSection(lock)).toBeUndefined();
    end.resolve();
    await task;
    leave();
  });

  it("nest for several locks", () => {
    const outer = opened(lock);
    const inner = opened(other);
    runInSection(outer.section, () => {
      runInSection(inner.section, () => {
        expect(currentSection(lock)).toBe(outer.section);
        expect(currentSection(other)).toBe(inner.section);
      });
      expect(currentSection(other)).toBeUndefined();
    });
    outer.leave();
    inner.leave();
  });

  it("give no rights once they are closed", () => {
    const { section, leave } = opened(lock);
    const late = runInSection(section, () => AsyncResource.bind(() => currentSection(lock)));
    expect(late()).toBe(section);
    leave();
    expect(late()).toBeUndefined();
  });

  it("are found past closed ones of the same lock", () => {
    const closed = opened(lock);
    const open = opened(lock);
    runInSection(closed.section, () => {
      runInSection(open.section, () => {
        closed.leave();
        expect(currentSection(lock)).toBe(open.section);
      });
    });
    open.leave();
  });

  it("can be entered for the rest of a context", async () => {
    const { section, leave } = opened(lock);
    const task = async (): Promise<void> => {
      await Promise.resolve();
      enterSection(section);
      expect(currentSection(lock)).toBe(section);
      await Promise.resolve();
      expect(currentSection(lock)).toBe(section);
    };
    await task();
    expect(currentSection(lock)).toBeUndefined();
    leave();
  });

  it("do not pile up in a context that enters again and again", async () => {
    let visited = 0;
    const counted = (): { section: Section; leave: () => void } => {
      const one = opened(lock);
      Object.defineProperty(one.section, "lock", {
        get: () => {
          visited += 1;
          return lock;
        },
      });
      return one;
    };
    const task = async (): Promise<void> => {
      await Promise.resolve();
      // Each is entered before the one ahead of it closes, so that the newest is never a closed one.
      let last = counted();
      enterSection(last.section);
      for (let n = 0; n < 100; n += 1) {
        const next = counted();
        enterSection(next.section);
        last.leave();
        last = next;
      }
      visited = 0;
      currentSection(other);
      last.leave();
    };
    await task();
    expect(visited).toBe(2);
  });
});
