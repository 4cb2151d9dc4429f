/** A shared database as it travels to other threads, by `workerData` or `postMessage`. What is in it is DictDB's own affair. */
export interface SharedHandle {
  readonly dictdb: "shared database";
  readonly control: SharedArrayBuffer;
  readonly segments: readonly [SharedArrayBuffer, SharedArrayBuffer];
}
