import { DeadlockError, InvalidArgumentError } from "../base/errors.js";

/** Somebody's function, run by a verb, called another one that would have to wait for that verb. */
export function withinError(verb: string, within: string): DeadlockError {
  return new DeadlockError(`${verb} was called by a function that ${within} runs: it would wait for the call that it is part of`, {
    verb,
    within,
  });
}

/** The function of a unit of work called what cannot be part of one. */
export function besideUnitError(verb: string): InvalidArgumentError {
  return new InvalidArgumentError(
    `${verb} cannot be part of atomic(), and nothing is done beside it while it runs (call it before or after atomic())`,
    { argument: "verb", expected: "a verb that reads or changes records", received: verb },
  );
}
