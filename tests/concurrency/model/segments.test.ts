import { describe, expect, it, jest } from "@jest/globals";
import { SlotTable } from "../../../src/lock/shared/slot-table.js";
import { CompactionTurn } from "../../../src/log/compaction.js";
import { ControlBuffer, words } from "../../../src/log/control-buffer.js";
import { Segment } from "../../../src/log/segment.js";
import { SharedLog } from "../../../src/log/shared-log.js";
import { explore } from "./explore.js";
import { segmentsModel } from "./segments-model.js";
import type { Options } from "./segments-model.js";

describe("the segments of a log, in every interleaving", () => {
  it.each<[string, Options]>([
    ["of two writers that compact, and a reader", { commits: 2, compactions: 2 }],
    ["with a death anywhere", { commits: 2, compactions: 2, mayDie: true }],
    ["of three compactions that overtake a reader, with a death anywhere", { commits: 1, compactions: 3, mayDie: true }],
  ])("%s: nothing is lost or torn, and the reader arrives", (_what, options) => {
    const { problem, trace, states } = explore(segmentsModel(options));
    expect({ problem, trace }).toEqual({ problem: undefined, trace: [] });
    expect(states).toBeGreaterThan(1_000);
  });

  it.each<[NonNullable<Options["fault"]>, RegExp]>([
    ["no claim", /took|torn/],
    ["late claim", /took|torn/],
    ["no check", /took|torn/],
    ["early publish", /not there|took/],
    ["no log copied", /not there/],
    ["no attempt number", /torn|not there|took/],
  ])("tell of a fault: %s", (fault, problem) => {
    expect(explore(segmentsModel({ commits: 2, compactions: 3, mayDie: true, fault })).problem).toMatch(problem);
  });
});

const names = new Map<number, string>([
  [words.published, "published"],
  [words.tail, "tail"],
  [words.tail + 1, "tail"],
  [words.mutex, "mutex"],
  [words.generation, "generation"],
  [words.claim, "claim"],
  [words.compactor, "turn"],
  [words.attempt, "attempt"],
]);

const verbs = ["load", "store", "add", "or", "exchange", "compareExchange"] as const;

/** What a function does to the words of the log that the model has, in order: what it changes, and under `looks` what it reads. */
function traceOf(run: () => void, looks: readonly string[] = []): string[] {
  const trace: string[] = [];
  const spies = verbs.map((verb) => {
    const original = Atomics[verb] as (...all: unknown[]) => number;
    return jest.spyOn(Atomics, verb).mockImplementation((...all: unknown[]) => {
      const name = names.get(all[1] as number);
      const isLook = verb === "load" || verb === "or";
      if (name !== undefined && (!isLook || looks.includes(name))) trace.push(`${isLook ? "look at" : verb} ${name}`);
      return original(...all) as never;
    });
  });
  try {
    run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return trace;
}

describe("the steps of the model", () => {
  const world = (): { writer: SharedLog; reader: SharedLog; turn: CompactionTurn } => {
    const control = ControlBuffer.create(16);
    const segments = [Segment.create(), Segment.create()] as const;
    const slot = new SlotTable(control.words, words.slots).attach();
    const writer = new SharedLog(control, segments, slot);
    writer.start(0);
    return { writer, reader: new SharedLog(control, segments, slot), turn: new CompactionTurn(writer, slot) };
  };
  const meet = (): boolean => true;
  const append = ({ writer }: { writer: SharedLog }): void =>
    void writer.append(writer.seq, [{ type: "keyCounter", table: 1, nextKey: 2 }], meet);
  const compact = ({ writer, turn }: { writer: SharedLog; turn: CompactionTurn }): void => {
    const compaction = turn.take(() => turn.begin())!;
    turn.take(() => {
      compaction.endBase();
      compaction.copyLog(Infinity);
      compaction.flip(meet);
    });
    append({ writer });
  };

  it("are those of an append: the bytes and the tail before the one store that publishes", () => {
    const log = world();
    expect(traceOf(() => append(log))).toEqual(["compareExchange mutex", "store tail", "store published", "exchange mutex"]);
  });

  it("are those of a compaction: the claim before the first byte, the flip last, under the mutex", () => {
    const log = world();
    append(log);
    let begun: ReturnType<CompactionTurn["begin"]>;
    expect(traceOf(() => (begun = log.turn.take(() => log.turn.begin())))).toEqual([
      "compareExchange turn",
      "add attempt",
      "exchange claim",
      "exchange turn",
    ]);
    begun!.endBase();
    begun!.copyLog(Infinity);
    expect(traceOf(() => begun!.flip(meet))).toEqual(["compareExchange mutex", "store tail", "store generation", "exchange mutex"]);
  });

  it("are those of a reader: what is published before the generation, and the claim after the bytes", () => {
    const log = world();
    append(log);
    const looks = ["published", "generation", "claim"];
    const [first, second, ...rest] = traceOf(() => log.reader.read(() => undefined), looks);
    expect([first, second]).toEqual(["look at published", "look at generation"]);
    expect(rest.slice(0, -1).at(-1)).toBe("look at claim");
    expect(rest.at(-1)).toBe("look at published"); // whether more has come meanwhile
  });

  it("are those of a reader that lost its segment: it finds its place, or reads the base", () => {
    const log = world();
    append(log);
    log.reader.read(() => undefined);
    for (let round = 0; round < 3; round++) compact(log);
    expect(log.reader.read(() => undefined)).toBe("gone");
    const found = traceOf(() => expect(log.reader.findPlace()).toBe(false), ["generation", "claim"]);
    expect(found).toEqual(["look at generation", "look at claim"]);
    const base = traceOf(() => expect(log.reader.readBase(() => undefined)).toBe(3), ["generation", "claim"]);
    expect(base[0]).toBe("look at generation");
    expect(base.at(-1)).toBe("look at claim");
  });
});
