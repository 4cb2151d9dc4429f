import type { Replica } from "../replica/replica.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import type { TableView } from "../state/table-view.js";
import type { Atomic } from "./atomic.js";
import type { Draft } from "./draft.js";
import type { CatalogSource } from "./table-source.js";

/** Reads the current state and writes to the log; inside a unit of work, both through its draft. */
export class LiveSource implements CatalogSource {
  readonly context: TableContext;
  readonly #replica: Replica;
  readonly #atomic: Atomic;

  constructor(context: TableContext, replica: Replica, atomic: Atomic) {
    this.context = context;
    this.#replica = replica;
    this.#atomic = atomic;
  }

  view(): TableView {
    return this.context.current ?? this.#look();
  }

  write<R>(verb: string, plan: (view: TableView) => Planned<R>): R {
    const { draft } = this.#atomic;
    if (draft === undefined) return this.#replica.commitTable(verb, this.context, plan);
    return this.#buffered(draft, verb, plan);
  }

  writeCatalog(verb: string, plan: (view: TableView) => Planned<undefined>): void {
    this.#atomic.assertNone(verb);
    this.#replica.commitTable(verb, this.context, plan);
  }

  runUserCode<R>(verb: string, run: () => R): R {
    return this.#replica.runUserCode(verb, run);
  }

  trackWork<R>(work: Promise<R>): Promise<R> {
    return this.#replica.work.track(work);
  }

  #buffered<R>(draft: Draft, verb: string, plan: (view: TableView) => Planned<R>): R {
    const { context } = this;
    this.#replica.assertWritable(verb, context);
    const view = draft.viewToWrite(context);
    context.hideState();
    const { changes, result } = this.#replica.runUserCode(verb, () => plan(view));
    view.take(changes);
    return result;
  }

  #look(): TableView {
    const { context } = this;
    const { draft } = this.#atomic;
    this.#replica.assertOpen();
    if (draft !== undefined) {
      context.assertExists();
      return draft.view(context); // each time: the unit may be cut off, and then nothing of it may be seen
    }
    this.#replica.refresh();
    if (!this.#replica.isShared) context.showState();
    context.assertExists();
    return context.view;
  }
}
