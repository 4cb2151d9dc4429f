import type { CallSite } from "../base/arguments.js";
import { DictDBError, InvariantError, TableNotFoundError } from "../base/errors.js";
import type { SectionLock, TableLock } from "../lock/table-lock.js";
import { DescriptorSchema } from "../schema/descriptor-schema.js";
import type { Schema } from "../schema/schema.js";
import type { TableState } from "../state/table-state.js";
import { TableView } from "../state/table-view.js";

/** What one replica has for a table besides its state: the lock, and the schema, which may be code and therefore is not replicated. */
export class TableContext {
  readonly state: TableState;
  readonly lock: TableLock;
  /** The current state as a view. */
  readonly view: TableView;
  /**
   * What plain verbs of this thread see now: the current state. It is the one thing that a read looks at before the records. undefined where more
   * has to be looked at: other threads may have moved the log, the table is gone, a unit of work has written it, or a commit was cut off half-way.
   */
  current: TableView | undefined;
  schema: Schema | undefined;
  #ended = false;
  #isShared: boolean;
  #broken: InvariantError | undefined;

  constructor(state: TableState, lock: TableLock, isShared: boolean, schema: Schema | undefined) {
    this.state = state;
    this.lock = lock;
    this.#isShared = isShared;
    this.view = new TableView(state);
    this.showState();
    this.schema = schema ?? ownSchema(state);
  }

  get name(): string {
    return this.state.definition.name;
  }

  /** Lets plain verbs see the current state again. */
  showState(): void {
    this.current = this.#ended || this.#isShared ? undefined : this.view;
  }

  /** Whoever reads has to look first: a unit of work has written the table, or records are about to change, and that may be cut off half-way. */
  hideState(): void {
    this.current = undefined;
  }

  /** Other threads write to the table from now on, under this lock. */
  share(lock: SectionLock): void {
    this.#isShared = true;
    this.lock.moveTo(lock);
    this.showState();
  }

  /** The table was dropped or the database closed: nobody may read any more. */
  end(): void {
    this.#ended = true;
    this.current = undefined;
  }

  /** @throws TableNotFoundError, InvariantError when the table cannot be written at all */
  assertWritable(): void {
    this.assertExists();
    this.assertSound();
  }

  /** @throws TableNotFoundError when the table was dropped */
  assertExists(): void {
    if (this.state.dropped) throw new TableNotFoundError(`table ${JSON.stringify(this.name)} was dropped`, { table: this.name });
  }

  /** @throws DictDBError SCHEMA_MISSING where the table has a schema of code that this thread was not given */
  assertSchema(where: CallSite): void {
    if (this.schema !== undefined || !this.state.definition.needsSchema) return;
    throw new DictDBError(
      "SCHEMA_MISSING",
      `${String(where)}: the schema of table ${JSON.stringify(this.name)} is code, which is neither saved nor shared: supply it with getTable(name, { schema })`,
      { table: this.name },
    );
  }

  /** @throws InvariantError when a check found the table inconsistent */
  assertSound(): void {
    if (this.#broken !== undefined) {
      throw new InvariantError(
        `table ${JSON.stringify(this.name)} refuses writes since it was found inconsistent`,
        { table: this.name },
        { cause: this.#broken },
      );
    }
  }

  /** Verifies every invariant; a table that fails refuses writes from then on. */
  check(): void {
    try {
      this.state.check();
    } catch (error) {
      if (error instanceof InvariantError) this.#broken = error;
      throw error;
    }
  }
}

/** The schema that a table brings along as data, where its creator was another thread or a file. */
function ownSchema({ definition }: TableState): Schema | undefined {
  const { descriptors, primaryKey } = definition;
  return descriptors && new DescriptorSchema(descriptors, primaryKey, "the table's schema");
}
