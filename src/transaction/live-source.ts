import type { Replica } from "../replica/replica.js";
import type { Planned } from "../replica/road.js";
import type { TableContext } from "../replica/table-context.js";
import type { TableView } from "../state/table-view.js";
import type { Atomic } from "./atomic.js";
import type { CatalogSource } from "./table-source.js";
import type { WriteBuffer } from "./write-buffer.js";

/** Reads the current state and writes to the log; inside a unit of work, both through its buffer. */
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
    const { buffer } = this.#atomic;
    if (buffer === undefined) return this.#replica.commitTable(verb, this.context, plan);
    return this.#buffered(verb, plan, buffer);
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

  #buffered<R>(verb: string, plan: (view: TableView) => Planned<R>, buffer: WriteBuffer): R {
    const { context } = this;
    this.#replica.assertWritable(verb, context);
    const { changes, result } = this.#replica.runUserCode(verb, () => plan(this.view()));
    buffer.add(context, changes);
    return result;
  }

  #look(): TableView {
    const { context } = this;
    const { buffer } = this.#atomic;
    this.#replica.assertOpen();
    if (buffer === undefined) {
      this.#replica.refresh();
      if (!this.#replica.isShared) context.showMended();
    } else if (context.unit === undefined) buffer.noteRead(context);
    context.assertExists();
    return context.unit ?? context.view;
  }
}
