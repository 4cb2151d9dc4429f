import { RWLock } from "../../../src/index.js";
import { failing, revoked, thenable } from "./odd-values.js";
import type { Case, Refuses } from "./refusal.js";
import type { Loose, World } from "./world.js";

const looseLock = (options?: object): Loose<RWLock> => new RWLock(options) as unknown as Loose<RWLock>;
const NewRWLock = RWLock as unknown as new (options: unknown) => unknown;

const time = (received: string): string => `must be a number of milliseconds of at least 0, received ${received}`;
const promise = "atomic(): fn must be a synchronous function, received one that returns a promise";
const catalog = (verb: string): string =>
  `${verb} cannot be part of atomic(), and nothing is done beside it while it runs (call it before or after atomic())`;
const fn = (received: string): string => `fn must be a function, received ${received}`;

/** Everything that waits for a lock. */
const waits: readonly (readonly [verb: string, wait: (world: World, fn: unknown, options?: unknown) => unknown])[] = [
  ["read()", (_, fn, options) => looseLock().read(fn, options)],
  ["write()", (_, fn, options) => looseLock().write(fn, options)],
  ["lock.read()", ({ users }, fn, options) => users.lock.read(fn, options)],
  ["lock.write()", ({ users }, fn, options) => users.lock.write(fn, options)],
];

export function badWork(refuses: Refuses): void {
  const atomic =
    (given: unknown): Case[1] =>
    ({ db }) =>
      db.atomic(given);
  const atomically =
    (act: (world: World) => unknown): Case[1] =>
    (world) =>
      world.db.atomic(() => (world.users.insert({}), act(world)));

  refuses("atomic()", "INVALID_ARGUMENT", [
    ["of nothing", atomic(undefined), `atomic(): ${fn("undefined")}`],
    ["of an object", atomic({}), `atomic(): ${fn("an object")}`],
    ["of a promise", atomic(Promise.resolve()), `atomic(): ${fn("a Promise")}`],
    ["of a revoked proxy", atomic(revoked()), `atomic(): ${fn("a Proxy")}`],
    ["of an async function", atomic(async () => 1), promise],
    ["of an async function that fails", atomic(failing), promise],
    ["of an async function that has written", ({ db, users }) => db.atomic(async () => users.clear()), promise],
    ["of a function that returns a thenable", atomic(thenable), promise],
    ["of an async function inside another", atomically(({ db, users }) => db.atomic(async () => users.delete(1))), promise],
    ["of nothing inside another", atomically(({ db }) => db.atomic(null)), `atomic(): ${fn("null")}`],
    ["that creates a table", atomically(({ db }) => db.createTable("t")), catalog("createTable()")],
    ["that drops a table", atomically(({ db, real }) => db.dropTable(real.users)), catalog("dropTable()")],
    [
      "that refuses a record at its end",
      atomically(({ users }) => (users.clear(), users.insert({ run: () => 1 }))),
      "insert(): run must be a string",
    ],
    ["that refuses a target at its end", atomically(({ users }) => users.delete({})), "delete(): where must be given, received undefined"],
  ]);

  const on =
    (...args: readonly unknown[]): Case[1] =>
    ({ db }) =>
      db.on(...args);
  refuses("on()", "INVALID_ARGUMENT", [
    ["an unknown event", on("comit", () => 1), 'on(): event must be "commit" or "error" or "close", received "comit"'],
    ["an inherited event", on("toString", () => 1), 'on(): event must be "commit" or "error" or "close", received "toString"'],
    ["no event", on(undefined, () => 1), 'on(): event must be "commit" or "error" or "close", received undefined'],
    ["a list of events", on(["commit"], () => 1), 'on(): event must be "commit" or "error" or "close", received an array of 1'],
    ["no listener", on("commit"), "on(): listener must be a function, received undefined"],
    ["a listener that is an object", on("commit", { handleEvent: () => 1 }), "on(): listener must be a function, received an object"],
    [
      "a controller for a signal",
      on("commit", () => 1, { signal: new AbortController() }),
      "on(): signal must be an AbortSignal, received an AbortController",
    ],
    ["null for a signal", on("commit", () => 1, { signal: null }), "on(): signal must be an AbortSignal, received null"],
    ["a revoked proxy for a signal", on("commit", () => 1, { signal: revoked() }), "on(): signal must be an AbortSignal, received a Proxy"],
  ]);

  refuses("new RWLock()", "INVALID_ARGUMENT", [
    ["a negative time", () => new NewRWLock({ timeoutMs: -1 }), `new RWLock(): timeoutMs ${time("-1")}`],
    ["NaN for a time", () => new NewRWLock({ timeoutMs: Number.NaN }), `new RWLock(): timeoutMs ${time("NaN")}`],
    ["an empty name", () => new NewRWLock({ name: "" }), 'new RWLock(): name must be a string that is not empty, received ""'],
  ]);
  for (const [verb, wait] of waits) {
    refuses(verb, "INVALID_ARGUMENT", [
      ["of nothing", (world) => wait(world, undefined), `${verb}: ${fn("undefined")}`],
      ["of a promise", (world) => wait(world, Promise.resolve()), `${verb}: ${fn("a Promise")}`],
      ["of an object", (world) => wait(world, {}), `${verb}: ${fn("an object")}`],
      ["for a negative time", (world) => wait(world, () => 1, { timeoutMs: -1 }), `${verb}: timeoutMs ${time("-1")}`],
      ["for NaN", (world) => wait(world, () => 1, { timeoutMs: Number.NaN }), `${verb}: timeoutMs ${time("NaN")}`],
      ["for a time in words", (world) => wait(world, () => 1, { timeoutMs: "5s" }), `${verb}: timeoutMs ${time('"5s"')}`],
      [
        "with a controller for a signal",
        (world) => wait(world, () => 1, { signal: new AbortController() }),
        `${verb}: signal must be an AbortSignal`,
      ],
      [
        "with a revoked proxy for a signal",
        (world) => wait(world, () => 1, { signal: revoked() }),
        `${verb}: signal must be an AbortSignal, received a Proxy`,
      ],
    ]);
  }
}
