import { describe, expect, it, jest } from "@jest/globals";
import { ControlBuffer, words } from "../../../src/log/control-buffer.js";
import { LogBell } from "../../../src/log/log-bell.js";
import { deferred } from "../../support/deferred.js";

function bells(count: number): { control: Int32Array; ends: LogBell[] } {
  const { words: control } = ControlBuffer.create(1);
  return { control, ends: Array.from({ length: count }, () => new LogBell(control)) };
}

const still = (): boolean => false;

describe("LogBell", () => {
  it("costs one load while nobody sleeps", () => {
    const { control, ends } = bells(1);
    ends[0]!.ring();
    expect([control[words.bell], control[words.sleepers]]).toEqual([0, 0]);
  });

  it("wakes all who sleep", async () => {
    const { control, ends } = bells(4);
    const [writer, ...sleepers] = ends as [LogBell, ...LogBell[]];
    const awake = sleepers.map((bell) => {
      const { promise, resolve } = deferred();
      bell.sleep(still, resolve);
      return promise;
    });
    expect(control[words.sleepers]).toBe(1);
    writer.ring();
    await Promise.all(awake);
    expect([control[words.bell], control[words.sleepers]]).toEqual([1, 0]);
  });

  it("wakes whom the log has overtaken while he lay down, from a task of its own", async () => {
    const { ends } = bells(1);
    const { promise, resolve } = deferred();
    let isAsleep = false;
    ends[0]!.sleep(
      () => true,
      () => {
        expect(isAsleep).toBe(true);
        resolve();
      },
    );
    isAsleep = true;
    await promise;
  });

  it("does not lose the ring that comes between the last look and the wait", async () => {
    const { control, ends } = bells(2);
    const [sleeper, writer] = ends as [LogBell, LogBell];
    const ringAndDeny = (): boolean => {
      writer.ring();
      return false;
    };
    const { promise, resolve } = deferred();
    sleeper.sleep(ringAndDeny, resolve);
    await promise;
    sleeper.sleepSync(ringAndDeny, Infinity); // would never return
    expect(control[words.bell]).toBe(2);
  });

  it("has at most one wait of a thread under way, and may be asked again from its call", async () => {
    const { ends } = bells(2);
    const [sleeper, writer] = ends as [LogBell, LogBell];
    const ignored = jest.fn();
    const second = deferred();
    const first = deferred();
    sleeper.sleep(still, () => {
      sleeper.sleep(still, second.resolve);
      first.resolve();
    });
    sleeper.sleep(still, ignored);
    writer.ring();
    await first.promise;
    writer.ring();
    await second.promise;
    expect(ignored).not.toHaveBeenCalled();
  });

  it("lets the next writer ring once for a sleeper that is gone", () => {
    const { control, ends } = bells(2);
    const [gone, writer] = ends as [LogBell, LogBell];
    gone.sleepSync(still, 1); // its time is up, and it does not come back
    expect(control[words.sleepers]).toBe(1);
    writer.ring();
    writer.ring();
    expect([control[words.bell], control[words.sleepers]]).toEqual([1, 0]);
  });
});
