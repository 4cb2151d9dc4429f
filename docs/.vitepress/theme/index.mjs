import DefaultTheme from "vitepress/theme";
import "./style.css";

const french = "/docs-fr/";

export default {
  extends: DefaultTheme,
  enhanceApp({ router, siteData }) {
    router.onBeforeRouteChange = (to) => {
      const { base, themeConfig } = siteData.value;
      const path = to.slice(base.length - 1).replace(/[?#].*$/, "");
      if (!path.startsWith(french) || !themeConfig.englishOnly.includes(path.slice(french.length - 1))) return true;
      // The language switch of a page that exists in English alone leads to the first French page.
      void router.go(`${base.slice(0, -1)}${french}`);
      return false;
    };
  },
};
