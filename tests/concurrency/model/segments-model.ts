import type { Model } from "./explore.js";

/*
 * The two segments of a shared log, with writers that also compact, one of whom may die anywhere, and a reader that only reads. Each step is one access
 * to shared memory, in the order in which SharedLog and Compaction make them; `segments.test.ts` holds that order against theirs.
 */

/** A segment: what its header says, and the commits after its base. A base that is being written is torn. */
interface Segment {
  readonly base: number;
  readonly flip: number;
  readonly isWhole: boolean;
  /** The attempt that has begun to write the base. */
  readonly by: number;
  readonly log: readonly number[];
}

interface Writer {
  readonly at: string;
  /** The attempt to compact that this thread works on, its generation and the seq of its base. */
  readonly attempt: number;
  readonly generation: number;
  readonly base: number;
}

interface Reader {
  readonly at: string;
  readonly generation: number;
  readonly seq: number;
  /** What was looked up: the generation, how far to read, what was copied. */
  readonly seen: number;
  readonly to: number;
  readonly copy: readonly number[];
}

export interface Segments {
  readonly published: number;
  readonly generation: number;
  readonly claim: number;
  /** Who holds the mutex and the turn to compact; -1 for nobody. */
  readonly mutex: number;
  readonly turn: number;
  readonly attempt: number;
  readonly segments: readonly [Segment, Segment];
  readonly writers: readonly Writer[];
  readonly reader: Reader;
  readonly flaw: string;
}

export interface Options {
  /** How many commits are made, and how many compactions are begun. */
  readonly commits: number;
  readonly compactions: number;
  /** Whether the first writer may die, anywhere. */
  readonly mayDie?: boolean;
  /** A step that is left out, or done wrongly, on purpose. */
  readonly fault?: "no claim" | "late claim" | "no check" | "early publish" | "no log copied" | "no attempt number";
}

const nobody = -1;
/** What is read where bytes are being overwritten. */
const garbage = -7;

export function segmentsModel({ commits, compactions, mayDie = false, fault }: Options): Model<Segments> {
  const initial: Segments = {
    published: 0,
    generation: 0,
    claim: 0,
    mutex: nobody,
    turn: nobody,
    attempt: 0,
    segments: [
      { base: 0, flip: 0, isWhole: true, by: 0, log: [] },
      { base: 0, flip: 0, isWhole: false, by: 0, log: [] },
    ],
    writers: [0, 1].map(() => ({ at: "idle", attempt: 0, generation: 0, base: 0 })),
    reader: { at: "idle", generation: 0, seq: 0, seen: 0, to: 0, copy: [] },
    flaw: "",
  };

  return {
    initial,
    next: (s) => [...s.writers.flatMap((_, i) => stepsOfWriter(s, i)), ...stepsOfReader(s)],
    wrong: (s) => (s.flaw === "" ? flawOf(s) : s.flaw),
    isDone: ({ reader }) => reader.seq >= commits,
  };

  function stepsOfWriter(s: Segments, i: number): [string, Segments][] {
    const writer = s.writers[i]!;
    const { at } = writer;
    if (at === "dead") return [];
    const isFree = (owner: number): boolean => owner === nobody || s.writers[owner]!.at === "dead";
    const go = (to: string, change: Partial<Segments> = {}, own: Partial<Writer> = {}): [string, Segments] => [
      `${i} ${at} → ${to}`,
      { ...s, ...change, writers: s.writers.with(i, { ...writer, ...own, at: to }) },
    ];
    const steps: [string, Segments][] = [];
    if (mayDie && i === 0 && at !== "idle") steps.push(go("dead"));
    const isCurrent = s.generation === writer.generation - 1 && (fault === "no attempt number" || s.attempt === writer.attempt);
    const active = s.segments[s.generation & 1]!;
    switch (at) {
      case "idle":
        if (s.published < commits && isFree(s.mutex)) steps.push(go("append", { mutex: i }));
        if (s.attempt < compactions && isFree(s.turn)) steps.push(go("number", { turn: i }));
        break;
      case "append": {
        if (fault === "early publish") {
          steps.push(go("write", { published: s.published + 1 }));
          break;
        }
        steps.push(go("publish", { segments: appended(s, s.published) }));
        break;
      }
      case "write":
        steps.push(go("leave", { segments: appended(s, s.published - 1) }));
        break;
      case "publish":
        steps.push(go("leave", { published: s.published + 1 }));
        break;
      case "leave":
        steps.push(go("idle", { mutex: nobody }));
        break;
      case "number":
        steps.push(
          go(
            fault === "late claim" ? "tear" : "claim",
            { attempt: s.attempt + 1 },
            { attempt: s.attempt + 1, generation: s.generation + 1, base: s.published },
          ),
        );
        break;
      case "claim":
        steps.push(go("tear", fault === "no claim" ? {} : { claim: writer.generation }));
        break;
      case "tear":
        steps.push(
          go(fault === "late claim" ? "claim late" : "pause", {
            segments: replaced(s, writer.generation, { base: writer.base, flip: 0, isWhole: false, by: writer.attempt, log: [] }),
          }),
        );
        break;
      case "claim late":
        steps.push(go("pause", { claim: writer.generation }));
        break;
      case "pause":
        steps.push(go("between slices", { turn: nobody }));
        break;
      case "between slices":
        if (isFree(s.turn)) steps.push(go("resume", { turn: i }));
        break;
      case "resume":
        steps.push(isCurrent ? go("base", {}) : go("give up"));
        break;
      case "give up":
        steps.push(go("idle", { turn: nobody }));
        break;
      case "base": {
        // The rest of a base, behind the beginning of another attempt's, makes no base.
        const begun = s.segments[writer.generation & 1]!;
        const isWhole = begun.by === writer.attempt;
        steps.push(go("lock", { segments: replaced(s, writer.generation, { ...begun, base: writer.base, isWhole }) }));
        break;
      }
      case "lock":
        if (isFree(s.mutex)) steps.push(go("copy log", { mutex: i }));
        break;
      case "copy log": {
        const log = fault === "no log copied" ? [] : active.log.slice(writer.base - active.base, s.published - active.base);
        const based = s.segments[writer.generation & 1]!;
        steps.push(go("flip", { segments: replaced(s, writer.generation, { ...based, flip: s.published, log }) }));
        break;
      }
      case "flip":
        steps.push(go("unlock", { generation: writer.generation }));
        break;
      case "unlock":
        steps.push(go("give up", { mutex: nobody }));
    }
    return steps;
  }

  function stepsOfReader(s: Segments): [string, Segments][] {
    const { reader } = s;
    const { at, generation, seq, seen, to, copy } = reader;
    const go = (next: string, own: Partial<Reader> = {}, flaw = ""): [string, Segments][] => [
      [`reader ${at} → ${next}`, { ...s, reader: { ...reader, ...own, at: next }, flaw }],
    ];
    const isClaimed = (of: number): boolean => fault !== "no check" && s.claim - of > 1;
    const header = s.segments[seen & 1]!;
    switch (at) {
      case "idle":
        return seq < s.published ? go("generation", { to: s.published }) : [];
      case "generation":
        if (s.generation === generation) return go("copy");
        return s.generation === generation + 1 ? go("header", { seen: s.generation }) : go("find", { copy: [] });
      case "header": {
        const { flip } = header;
        return go("check header", { copy: [flip] });
      }
      case "check header":
        if (isClaimed(seen)) return go("find", { copy: [] });
        // It stands where the segments change, or has to read up to there first.
        return copy[0] === seq ? go("idle", { generation: seen, copy: [] }) : go("copy", { to: copy[0]!, copy: [] });
      case "copy":
        return go("check copy", { copy: commitsIn(s.segments[generation & 1]!, seq, to) });
      case "check copy": {
        if (isClaimed(generation)) return go("find", { copy: [] });
        const isRight = copy.length === to - seq && copy.every((commit, i) => commit === seq + 1 + i);
        return go("idle", { seq: to, copy: [] }, isRight ? "" : `the reader took ${copy.join()} for the commits from ${seq + 1} to ${to}`);
      }
      case "find":
        return go("find header", { seen: s.generation });
      case "find header":
        return go("check place", { copy: [header.isWhole ? header.base : garbage] });
      case "check place":
        if (isClaimed(seen)) return go("find", { copy: [] });
        return copy[0]! <= seq && copy[0] !== garbage ? go("idle", { generation: seen, copy: [] }) : go("base");
      case "base":
        return go("check base", { copy: [header.isWhole ? header.base : garbage] });
      default:
        if (isClaimed(seen)) return go("find", { copy: [] });
        return go(
          "idle",
          { generation: seen, seq: copy[0]!, copy: [] },
          copy[0] === garbage || copy[0]! < seq ? "the reader took a torn base" : "",
        );
    }
  }
}

/** The active segment with one more commit behind those that were published; it overwrites what a dead writer left. */
function appended(s: Segments, published: number): readonly [Segment, Segment] {
  const active = s.segments[s.generation & 1]!;
  return replaced(s, s.generation, { ...active, log: [...active.log.slice(0, published - active.base), published + 1] });
}

function replaced({ segments }: Segments, generation: number, segment: Segment): readonly [Segment, Segment] {
  return segments.with(generation & 1, segment) as unknown as readonly [Segment, Segment];
}

function commitsIn({ base, isWhole, log }: Segment, seq: number, to: number): readonly number[] {
  if (!isWhole || base > seq) return [garbage];
  return log.slice(seq - base, to - base);
}

/** The active segment has a whole base and every commit that was published after it. */
function flawOf({ generation, segments, published }: Segments): string | undefined {
  const { base, isWhole, log } = segments[generation & 1]!;
  if (!isWhole) return "the active base is torn";
  for (let seq = base + 1; seq <= published; seq++) if (log[seq - base - 1] !== seq) return `commit ${seq} is published and not there`;
  return undefined;
}
