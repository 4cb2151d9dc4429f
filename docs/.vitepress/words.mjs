/** What the site itself says, in both languages; the default theme brings the rest in English. */
export const themeWords = {
  en: {
    nav: [
      { text: "Getting started", link: "/getting-started" },
      { text: "Changelog", link: "/changelog" },
      { text: "Contributing", link: "/contributing" },
    ],
  },
  fr: {
    nav: [
      { text: "Premiers pas", link: "/docs-fr/getting-started" },
      { text: "Nouveautés", link: "/changelog" },
      { text: "Contribuer", link: "/contributing" },
    ],
    outline: { level: [2, 3], label: "Sur cette page" },
    docFooter: { prev: "Page précédente", next: "Page suivante" },
    darkModeSwitchLabel: "Apparence",
    lightModeSwitchTitle: "Passer au thème clair",
    darkModeSwitchTitle: "Passer au thème sombre",
    sidebarMenuLabel: "Menu",
    returnToTopLabel: "Haut de page",
    langMenuLabel: "Changer de langue",
    skipToContentLabel: "Aller au contenu",
    notFound: {
      title: "PAGE INTROUVABLE",
      quote: "Cette adresse ne mène à aucune page.",
      linkLabel: "aller à l’accueil",
      linkText: "Retour à l’accueil",
    },
  },
};

export const searchWords = {
  fr: {
    translations: {
      button: { buttonText: "Rechercher", buttonAriaLabel: "Rechercher" },
      modal: {
        displayDetails: "Afficher les détails",
        resetButtonTitle: "Effacer la recherche",
        backButtonTitle: "Fermer la recherche",
        noResultsText: "Aucun résultat pour",
        footer: {
          selectText: "ouvrir",
          selectKeyAriaLabel: "entrée",
          navigateText: "parcourir",
          navigateUpKeyAriaLabel: "flèche vers le haut",
          navigateDownKeyAriaLabel: "flèche vers le bas",
          closeText: "fermer",
          closeKeyAriaLabel: "échap",
        },
      },
    },
  },
};
