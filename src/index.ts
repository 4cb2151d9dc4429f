export { DictDBError } from "./base/errors.js";
