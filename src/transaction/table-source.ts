import type { Replica } from "../replica/replica.js";
import type { TableContext } from "../replica/table-context.js";
import type { Planned } from "../replica/road.js";
import type { TableView } from "../state/table-view.js";

/** Where a table handle reads: the current state, or a snapshot. */
export interface ReadSource {
  readonly context: TableContext;
  /**
   * What the table looks like to the reader now.
   * @throws ClosedError, TableNotFoundError
   */
  view(): TableView;
  /** Runs code that may call functions of the user's, from which writes throw. */
  runUserCode<R>(verb: string, run: () => R): R;
}

/** Where a table handle writes: straight to the log, or to a buffer that will be committed as a whole. */
export interface WriteSource extends ReadSource {
  /** Plans against the view and commits or buffers what was planned; throws and changes nothing otherwise. */
  write<R>(verb: string, plan: (view: TableView) => Planned<R>): R;
}

/** Where the handle of a table itself writes, which can also change what the catalog says of it. */
export interface CatalogSource extends WriteSource {
  /**
   * As {@link write} for changes of the catalog, which are commits of their own.
   * @throws InvalidArgumentError inside a unit of work
   */
  writeCatalog(verb: string, plan: (view: TableView) => Planned<undefined>): void;
  /** The replica that it is a part of, for work that goes on beside its calls. */
  readonly replica: Replica;
}
