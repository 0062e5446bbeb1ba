import { useData } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import type { Theme } from 'vitepress';
import { onMounted, watch } from 'vue';
import '@fontsource-variable/inter/index.css';
import '@fontsource/cormorant-garamond/600.css';
import '../../../client/src/styles/tokens.css';
import './style.css';
import CirclesFigure from './figures/CirclesFigure.vue';
import DistanceFigure from './figures/DistanceFigure.vue';
import GeodesicFigure from './figures/GeodesicFigure.vue';
import KernelFigure from './figures/KernelFigure.vue';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    for (const [name, figure] of Object.entries({ CirclesFigure, DistanceFigure, GeodesicFigure, KernelFigure })) {
      app.component(name, figure);
    }
  },
  setup() {
    const { isDark } = useData();
    // The dashboard and this site are one product: the choice of a theme holds in both.
    onMounted(() => {
      watch(isDark, (dark) => {
        document.documentElement.dataset.theme = dark ? 'dark' : 'light';
        localStorage.setItem('circle-limit.theme', dark ? 'dark' : 'light');
      });
    });
  },
} satisfies Theme;
