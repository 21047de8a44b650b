// How the portal looks: small type, quiet greys, contrast that passes in light and dark.
import { createTheme, type CSSVariablesResolver } from "@mantine/core";

// The head of a dialog is no second banner of the page.
const DIALOG = { styles: { title: { fontWeight: 600 } }, attributes: { header: { role: "presentation" } } };

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 8, dark: 7 },
  fontFamily: 'Inter, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "20px", lineHeight: "1.3" }, h2: { fontSize: "16px" }, h3: { fontSize: "14px" } } },
  defaultRadius: "sm",
  cursorType: "pointer",
  autoContrast: true,
  respectReducedMotion: true,
  components: { SegmentedControl: { defaultProps: { transitionDuration: 0 } }, Modal: { defaultProps: DIALOG }, Drawer: { defaultProps: DIALOG } },
});

// Mantine's own dimmed text, errors and dark links fall short of the contrast that small type needs.
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-dimmed": "#5c636a", "--mantine-color-error": "#c92a2a", "--mantine-color-placeholder": "#6b7178", "--line": "#e6e8eb", "--quiet": "#f8f9fa" },
  dark: {
    "--mantine-color-dimmed": "#a3a8af",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-placeholder": "#9097a0",
    "--mantine-color-anchor": "#91a7ff",
    "--line": "#34373c",
    "--quiet": "#1f2124",
  },
});
