import * as dictdb from "dictdb";

/*
 * The typed face of the database, as far as this example sees it. It is gone once the library's own declarations infer records from a schema:
 * delete this file and import from "dictdb" what is imported from here.
 */

interface Base {
  string: string;
  "string|null": string | null;
  number: number;
  integer: number;
}

type Descriptors = Readonly<Record<string, keyof Base>>;
type Described<S extends Descriptors> = { -readonly [F in keyof S]: Base[S[F]] };

type Name<T> = keyof T & string;
type Where<T> = dictdb.Condition | Partial<T>;

interface Field<V> {
  eq(value: V | null): dictdb.Condition;
  gt(value: V): dictdb.Condition;
  gte(value: V): dictdb.Condition;
  lte(value: V): dictdb.Condition;
}

interface Figure<V> {
  readonly op: string;
  readonly result?: V;
}
type Figures = Readonly<Record<string, Figure<number | null>>>;
type Results<A extends Figures> = { -readonly [N in keyof A]: A[N] extends Figure<infer V> ? V : never };

export const count: () => Figure<number> = dictdb.count;
export const sum: (field: string) => Figure<number | null> = dictdb.sum;
export const avg: (field: string) => Figure<number | null> = dictdb.avg;

export interface SelectOptions<T> {
  readonly where?: Where<T>;
  readonly orderBy?: Name<T> | `-${Name<T>}`;
  readonly limit?: number;
  readonly copy?: boolean;
}

interface AggregateOptions<T, A extends Figures, G extends Name<T>> {
  readonly where?: Where<T>;
  readonly groupBy: G;
  readonly having?: (row: Pick<T, G> & Results<A>) => boolean;
  readonly orderBy?: Name<A> | `-${Name<A>}`;
  readonly limit?: number;
}

export interface Explanation {
  readonly access: "key" | "index" | "union" | "scan";
  readonly index: string | null;
  readonly order: "index" | "sort" | "none";
  readonly matched: number;
}

interface IndexInfo {
  readonly fields: readonly string[];
  readonly type: "hash" | "sorted";
  readonly unique: boolean;
  readonly entries: number;
}

export interface Table<T, K extends Name<T> = Name<T>> {
  readonly name: string;
  readonly size: number;
  readonly fields: { readonly [F in keyof T]: Field<NonNullable<T[F]>> };
  insert(record: Omit<T, "id">): T[K];
  insert(records: readonly Omit<T, "id">[]): T[K][];
  get(key: T[K], options: { readonly mustMatch: true }): T;
  select(options?: SelectOptions<T>): T[];
  count(where?: Where<T>): number;
  explain(options?: SelectOptions<T>): Explanation;
  aggregate<A extends Figures>(figures: A): Results<A>;
  aggregate<A extends Figures, G extends Name<T>>(figures: A, options: AggregateOptions<T, A, G>): (Pick<T, G> & Results<A>)[];
  update(changes: Partial<T> | ((record: Readonly<T>) => Partial<T>), target: { readonly where: Where<T> }): number;
  delete(target: { readonly where: Where<T> }): number;
  createIndex(fields: Name<T> | readonly Name<T>[], options?: { readonly type?: "hash" | "sorted"; readonly unique?: boolean }): void;
  indexes(): IndexInfo[];
  check(): void;
}

export interface DictDB extends AsyncDisposable {
  readonly seq: number;
  createTable<const S extends Descriptors, const K extends Name<S>>(
    name: string,
    options: { readonly primaryKey: K; readonly schema: S },
  ): Table<Described<S>, K>;
  atomic<R>(fn: () => R): R;
}

export const DictDB = dictdb.DictDB as unknown as new () => DictDB;
