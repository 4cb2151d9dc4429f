import { checkOptions, refuse } from "../base/arguments.js";
import type { OptionChecks } from "../base/arguments.js";
import { expressionParts } from "../base/shape.js";
import { Condition } from "./condition.js";
import type { ConditionNode } from "./node.js";
import { Order } from "./order.js";
import type { Path } from "../base/path.js";
import { checkPath, pathText } from "../base/path.js";
import { expressionOperand, likeOperand, operand, operands, orderedOperand, textOperand } from "./read-node.js";

const likeOptions: OptionChecks = { escape: (value) => (typeof value === "string" ? undefined : "one character") };

interface LikeOptions {
  readonly escape?: string;
}

/** One field of a table: makes conditions and places in an order. */
export class Field {
  readonly path: Path;

  constructor(path: Path) {
    this.path = path;
  }

  asc(): Order {
    return new Order(this.path, false);
  }

  desc(): Order {
    return new Order(this.path, true);
  }

  eq(value: unknown): Condition {
    return this.#compare("eq", value);
  }

  ne(value: unknown): Condition {
    return this.#compare("ne", value);
  }

  lt(value: unknown): Condition {
    return this.#compareOrder("lt", value);
  }

  lte(value: unknown): Condition {
    return this.#compareOrder("lte", value);
  }

  gt(value: unknown): Condition {
    return this.#compareOrder("gt", value);
  }

  gte(value: unknown): Condition {
    return this.#compareOrder("gte", value);
  }

  between(low: unknown, high: unknown): Condition {
    const where = this.#where("between");
    return this.#make({
      op: "between",
      path: this.path,
      low: orderedOperand(where, low, "low"),
      high: orderedOperand(where, high, "high"),
    });
  }

  in(values: unknown): Condition {
    return this.#make({ op: "in", path: this.path, values: operands(this.#where("in"), values) });
  }

  notIn(values: unknown): Condition {
    return this.#make({ op: "notIn", path: this.path, values: operands(this.#where("notIn"), values) });
  }

  isNull(): Condition {
    return this.#make({ op: "eq", path: this.path, value: null });
  }

  isNotNull(): Condition {
    return this.#make({ op: "ne", path: this.path, value: null });
  }

  like(pattern: unknown, options?: LikeOptions): Condition {
    return this.#like("like", pattern, options, false);
  }

  ilike(pattern: unknown, options?: LikeOptions): Condition {
    return this.#like("ilike", pattern, options, true);
  }

  startsWith(text: unknown): Condition {
    return this.#text("startsWith", "startsWith", text, false);
  }

  endsWith(text: unknown): Condition {
    return this.#text("endsWith", "endsWith", text, false);
  }

  contains(value: unknown): Condition {
    return this.#make({ op: "contains", path: this.path, value: operand(this.#where("contains"), value), ignoreCase: false });
  }

  iequals(text: unknown): Condition {
    return this.#text("iequals", "equals", text, true);
  }

  istartsWith(text: unknown): Condition {
    return this.#text("istartsWith", "startsWith", text, true);
  }

  iendsWith(text: unknown): Condition {
    return this.#text("iendsWith", "endsWith", text, true);
  }

  icontains(text: unknown): Condition {
    return this.#text("icontains", "contains", text, true);
  }

  matches(expression: unknown): Condition {
    const where = this.#where("matches");
    const parts = expressionParts(expression);
    if (parts === undefined) return refuse(where, "expression", "a regular expression", expression);
    return this.#make({ op: "matches", path: this.path, ...expressionOperand(where, parts.source, parts.flags) });
  }

  #compare(op: "eq" | "ne", value: unknown): Condition {
    return this.#make({ op, path: this.path, value: operand(this.#where(op), value) });
  }

  #compareOrder(op: "lt" | "lte" | "gt" | "gte", value: unknown): Condition {
    return this.#make({ op, path: this.path, value: orderedOperand(this.#where(op), value) });
  }

  #text(verb: string, op: "startsWith" | "endsWith" | "contains" | "equals", text: unknown, ignoreCase: boolean): Condition {
    return this.#make({ op, path: this.path, value: textOperand(this.#where(verb), text), ignoreCase });
  }

  #like(verb: string, pattern: unknown, options: LikeOptions | undefined, ignoreCase: boolean): Condition {
    const where = this.#where(verb);
    checkOptions(where, options, likeOptions);
    return this.#make({ op: "like", path: this.path, ...likeOperand(where, pattern, options?.escape), ignoreCase });
  }

  #make(node: ConditionNode): Condition {
    return new Condition(node);
  }

  #where(verb: string): string {
    return `${pathText(this.path)}.${verb}()`;
  }
}

/** The methods of a field by name, bound when asked for: what a nested field of the same name would hide behind. */
const isVerb = (name: string): boolean => name !== "constructor" && Object.hasOwn(Field.prototype, name);

/** A field whose further properties are the fields nested in it: `fields.address.city`. */
export function fieldAt(path: Path): Field {
  const field = new Field(path);
  const nested = new Map<string, unknown>();
  return new Proxy(field, {
    get(target, name) {
      if (typeof name === "symbol") return undefined;
      if (name === "path") return target.path;
      let found = nested.get(name);
      if (found === undefined) {
        const verb = isVerb(name) ? target[name as keyof Field] : undefined;
        found = typeof verb === "function" ? verb.bind(target) : fieldAt(checkPath("fields", [...path, name]));
        nested.set(name, found);
      }
      return found;
    },
    getPrototypeOf: () => Field.prototype,
    set: () => false,
  });
}

/** Keeps the fields from passing for a plain object without members: as a `where` that would match every record. */
const fieldsPrototype: object = Object.freeze(Object.create(null) as object);

/**
 * The fields of a table by name. It has no methods of its own, so a record may name a field anything.
 * @param check refuses names that the table's schema does not know
 */
export function fieldsOf(check: (name: string) => void): object {
  const known = new Map<string, Field>();
  return new Proxy(Object.create(fieldsPrototype) as object, {
    get(_, name) {
      if (typeof name === "symbol") return undefined;
      let field = known.get(name);
      if (field === undefined) {
        check(name);
        field = fieldAt(checkPath("fields", [name]));
        known.set(name, field);
      }
      return field;
    },
    set: () => false,
  });
}
