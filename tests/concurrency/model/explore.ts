/** A system as a model: everything about it at one moment is a plain value. */
export interface Model<S> {
  readonly initial: S;
  /** Everything that can happen next, each with what to call it. */
  next(state: S): readonly (readonly [label: string, state: S])[];
  /** What is wrong with a state that must never be; undefined when nothing is. */
  wrong(state: S): string | undefined;
  /** Whether all that was wanted is done. From every state that can be reached, such a one must be in reach. */
  isDone(state: S): boolean;
}

/** What was found: nothing wrong in all these states, or the shortest way to something that is. */
export interface Verdict {
  readonly states: number;
  readonly problem: string | undefined;
  readonly trace: readonly string[];
}

const mostStates = 3_000_000;

/** Walks every interleaving, breadth first. */
export function explore<S>(model: Model<S>): Verdict {
  const ids = new Map<string, number>();
  const states: S[] = [];
  const cameFrom: number[] = [];
  const labels: string[] = [];
  const successors: number[][] = [];
  const idOf = (state: S, from: number, label: string): number => {
    const key = JSON.stringify(state);
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, states.length);
    cameFrom.push(from);
    labels.push(label);
    return states.push(state) - 1;
  };
  const traceTo = (id: number): string[] => (id === 0 ? [] : [...traceTo(cameFrom[id]!), labels[id]!]);
  const verdict = (problem: string, id: number): Verdict => ({ states: states.length, problem, trace: traceTo(id) });

  idOf(model.initial, 0, "");
  for (let id = 0; id < states.length; id += 1) {
    if (id > mostStates) throw new Error("the model has too many states to walk them all");
    const wrong = model.wrong(states[id]!);
    if (wrong !== undefined) return verdict(wrong, id);
    successors.push(model.next(states[id]!).map(([label, next]) => idOf(next, id, label)));
  }
  const lost = firstWithoutEnd(states, successors, (state) => model.isDone(state));
  return lost === -1 ? { states: states.length, problem: undefined, trace: [] } : verdict("the end is out of reach", lost);
}

/** The first state from which no state that is done can be reached; -1 when there is none. */
function firstWithoutEnd<S>(states: readonly S[], successors: readonly number[][], isDone: (state: S) => boolean): number {
  const predecessors: number[][] = states.map(() => []);
  for (const [id, targets] of successors.entries()) for (const target of targets) predecessors[target]!.push(id);
  const reaches = new Uint8Array(states.length);
  const queue: number[] = [];
  const mark = (id: number): void => {
    if (reaches[id] === 1) return;
    reaches[id] = 1;
    queue.push(id);
  };
  for (const [id, state] of states.entries()) if (isDone(state)) mark(id);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) for (const before of predecessors[id]!) mark(before);
  return reaches.indexOf(0);
}
