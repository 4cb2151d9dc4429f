import { RWLock } from "../../src/lock/rw-lock.js";
import { SharedRWLock } from "../../src/lock/shared/shared-rw-lock.js";
import { rwLockContract } from "./rw-lock.js";

rwLockContract("RWLock", (options) => new RWLock(options));
rwLockContract("SharedRWLock", (options) => new SharedRWLock(options));
