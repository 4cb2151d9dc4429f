import { readComment } from "./comment.mjs";

/**
 * What the reference says of one public name: its declarations as code, what comments say of them, and its members.
 * @typedef {{ code: string, doc: ReturnType<typeof readComment> }} Signature
 * @typedef {{ name: string, signatures: Signature[] }} Method
 * @typedef {{ name: string, type: string, doc: ReturnType<typeof readComment> }} Property
 * @typedef {{ name: string, signatures: Signature[], properties: Property[], methods: Method[], declarations: object[] }} Entry
 */

/** Makes the entry of a name from its declarations. */
export function entryOf(name, declarations) {
  const members = declarations.flatMap(membersOf);
  // Options and the like read best as they are written; what has methods is shown method by method.
  const isSplit = members.some(({ isMethod }) => isMethod);
  const shown = members.filter(() => isSplit);
  const methods = new Map();
  for (const { name: method, code, doc } of shown.filter(({ isMethod }) => isMethod)) {
    methods.set(method, [...(methods.get(method) ?? []), { code, doc }]);
  }
  return {
    name,
    signatures: withoutImplementation(declarations).map((declaration) => signatureOf(declaration, isSplit)),
    properties: shown.filter(({ isMethod }) => !isMethod),
    methods: Array.from(methods, ([method, signatures]) => ({ name: method, signatures })),
    declarations,
  };
}

/** The function that stands behind overloads is none of them. */
function withoutImplementation(declarations) {
  const overloads = declarations.filter(({ node }) => node.type === "TSDeclareFunction");
  return overloads.length > 0 ? overloads : declarations;
}

function signatureOf({ node, statement, file }, isSplit) {
  return { code: codeOf(node, file, isSplit), doc: readComment(file.comment(statement)) };
}

/** The code of a declaration: bodies of functions and values of constants are left out, and members that are shown apart. */
export function codeOf(node, file, isSplit = false) {
  if (node.type === "ClassDeclaration") {
    const header = file.code(node.start, node.body.start).trim();
    const members = isSplit
      ? []
      : node.body.body
          .filter(isPublic)
          .filter(isForCallers(file))
          .map((member) => `  ${memberCode(member, file)}`);
    return members.length === 0 ? header : `${header} {\n${members.join("\n")}\n}`;
  }
  if (node.type === "FunctionDeclaration") return `${file.code(node.start, node.body.start).trim()};`;
  if (node.type === "VariableDeclaration") {
    const { id, init } = node.declarations[0];
    const type = id.typeAnnotation;
    if (type) return `${node.kind} ${id.name}${file.code(type.start, type.end)};`;
    return `${node.kind} ${id.name} = ${file.code(init.start, init.end)};`;
  }
  return file.code(node.start, isSplit ? node.body.start : node.end).trim();
}

function membersOf({ node, file }) {
  const body = node.type === "TSInterfaceDeclaration" || node.type === "ClassDeclaration" ? node.body.body : [];
  return body
    .filter(isPublic)
    .filter(isForCallers(file))
    .map((member) => ({
      name: memberName(member, file),
      isMethod: isMethod(member),
      code: memberCode(member, file),
      type: typeOf(member, file),
      doc: readComment(file.comment(member)),
    }));
}

function isPublic({ key, accessibility, type }) {
  return key?.type !== "PrivateIdentifier" && accessibility !== "private" && accessibility !== "protected" && type !== "StaticBlock";
}

/** A class whose constructor has no comment is made by the library alone. */
function isForCallers(file) {
  return (member) => member.kind !== "constructor" || file.comment(member) !== undefined;
}

function isMethod({ type, kind }) {
  if (type === "MethodDefinition") return kind === "method" || kind === "constructor";
  return (type === "TSMethodSignature" && kind === "method") || type === "TSConstructSignatureDeclaration";
}

function memberName(member, file) {
  if (member.type === "TSConstructSignatureDeclaration" || member.kind === "constructor") return "constructor";
  if (member.type === "TSIndexSignature") return file.code(member.start, member.typeAnnotation.start).replace(/^readonly /, "");
  const name = file.code(member.key.start, member.key.end);
  return (member.computed ? `[${name}]` : name) + (member.optional ? "?" : "");
}

function memberCode(member, file) {
  const body = member.value?.body ?? undefined;
  const end = body?.start ?? (member.type === "PropertyDefinition" && member.value ? member.value.start : member.end);
  const code = file.code(member.start, end).trim();
  return `${code
    .replace(/^async /, "")
    .replace(/\s*=$/, "")
    .replace(/[,;]$/, "")};`;
}

/** The type of a property; nothing for a method. */
function typeOf(member, file) {
  const annotation = member.typeAnnotation ?? member.returnType ?? member.value?.returnType;
  if (annotation) return file.code(annotation.start, annotation.end).replace(/^:\s*/, "");
  return member.value?.type === "NewExpression" ? file.code(member.value.callee.start, member.value.callee.end) : "";
}
