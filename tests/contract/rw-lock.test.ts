import { RWLock } from "../../src/lock/rw-lock.js";
import { rwLockContract } from "./rw-lock.js";

rwLockContract("RWLock", (options) => new RWLock(options));
