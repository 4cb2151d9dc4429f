/**
 * The pages of the reference: which names stand on them, told by where their sources are (the first that fits), and what they are called.
 * A source that no page takes is an error: whoever adds one says where it belongs.
 */
export const referencePages = [
  {
    name: "transactions",
    sources: ["src/transaction/", "src/database/transaction-types.ts"],
    en: ["Transactions", "several changes as one, with `await` between them"],
    fr: ["Transactions", "plusieurs modifications en une seule, avec des `await` entre elles"],
  },
  {
    name: "events",
    sources: ["src/replica/events.ts", "src/database/stats.ts"],
    en: ["Events and figures", "the feed of commits, counters"],
    fr: ["Événements et statistiques", "le flux des commits, les compteurs"],
  },
  {
    name: "files",
    sources: ["src/storage/", "src/codec/"],
    en: ["Files", "saving, loading, CSV"],
    fr: ["Fichiers", "enregistrer, charger, CSV"],
  },
  {
    name: "backups",
    sources: ["src/backup/", "src/database/backup-manager.ts"],
    en: ["Backups", "backing up and restoring"],
    fr: ["Copies de secours", "les faire et les restaurer"],
  },
  {
    name: "database",
    sources: ["src/database/"],
    en: ["Database", "`DictDB`, its options, snapshots"],
    fr: ["Base de données", "`DictDB`, ses options, les instantanés"],
  },
  {
    name: "tables",
    sources: ["src/table/"],
    en: ["Tables", "reading and changing records, indexes"],
    fr: ["Tables", "lire et modifier les enregistrements, les index"],
  },
  {
    name: "queries",
    sources: ["src/query/"],
    en: ["Queries and aggregates", "options and results of `select`, `explain` and `aggregate`"],
    fr: ["Requêtes et agrégats", "options et résultats de `select`, `explain` et `aggregate`"],
  },
  {
    name: "conditions",
    sources: ["src/condition/"],
    en: ["Conditions and fields", "what a `where` and an `orderBy` are made of"],
    fr: ["Conditions et champs", "de quoi sont faits un `where` et un `orderBy`"],
  },
  {
    name: "schemas",
    sources: ["src/schema/"],
    en: ["Schemas", "descriptors, Standard Schema, and the types that follow from them"],
    fr: ["Schémas", "descripteurs, Standard Schema, et les types qui en découlent"],
  },
  {
    name: "locks",
    sources: ["src/lock/"],
    en: ["Locks", "reader-writer locks, and how long to wait for one"],
    fr: ["Verrous", "les verrous lecteurs-rédacteur, et la durée des attentes"],
  },
  {
    name: "errors",
    sources: ["src/base/errors.ts"],
    en: ["Errors", "a class for each code"],
    fr: ["Erreurs", "une classe par code"],
  },
  {
    name: "values",
    sources: ["src/base/"],
    en: ["Records and values", "the types of records, keys and fields"],
    fr: ["Enregistrements et valeurs", "les types des enregistrements, des clés et des champs"],
  },
];

export const labels = {
  en: {
    title: "API reference",
    intro: [
      "Every name that `dictdb` exports, with its signature and what its comment in the source says; an editor shows the same.",
      "The guides explain how things are used together: start with [Getting started](../getting-started.md).",
    ],
    page: "Page",
    contents: "What is there",
    name: "Name",
    meaning: "What it is",
    property: "Property",
    type: "Type",
    params: "Parameters",
    returns: "Returns",
    throws: "Throws",
    mentions: "See",
    helpers: "Types behind these",
    helpersNote: "The package does not export them; the signatures above are made of them.",
  },
  fr: {
    title: "Référence de l’API",
    intro: [
      "Tous les noms qu’exporte `dictdb`, avec leur signature et le commentaire du code source, que montre aussi un éditeur. Ces commentaires sont en anglais, comme le code ; seuls les titres sont traduits.",
      "Les guides expliquent comment tout cela s’emploie : commencez par les [Premiers pas](../getting-started.md).",
    ],
    page: "Page",
    contents: "Ce qui s’y trouve",
    name: "Nom",
    meaning: "Description",
    property: "Propriété",
    type: "Type",
    params: "Paramètres",
    returns: "Renvoie",
    throws: "Lève",
    mentions: "Voir",
    helpers: "Types sous-jacents",
    helpersNote: "Le paquet ne les exporte pas ; les signatures ci-dessus en sont faites.",
  },
};
