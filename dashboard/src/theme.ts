import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  Modal,
  Notification,
  Select,
} from '@mantine/core';

/** Deep water: dark enough for white text from shade 6 on. */
const water: MantineColorsTuple = [
  '#e8f5f7',
  '#cfe7ec',
  '#a3d0d9',
  '#70b6c4',
  '#459eb0',
  '#23869a',
  '#127085',
  '#0f6174',
  '#0c5061',
  '#083d4b',
];

/** Greys of the dark scheme with the water's tint: Mantine's own are brownish beside our surfaces. */
const dark: MantineColorsTuple = [
  '#c5d0d5',
  '#b0bec5',
  '#7d8e96',
  '#63747c',
  '#3a4a51',
  '#33424a',
  '#222e34',
  '#1a2429',
  '#151e22',
  '#0e1518',
];

export const theme = createTheme({
  primaryColor: 'water',
  primaryShade: 6,
  autoContrast: true,
  luminanceThreshold: 0.32,
  colors: { water, dark },
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Code", "SF Mono", Menlo, Consolas, monospace',
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '20px' },
  fontSizes: { xs: '12px', sm: '13.5px', md: '15px', lg: '17px', xl: '20px' },
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '24px' }, h2: { fontSize: '17px' }, h3: { fontSize: '15px' } },
  },
  cursorType: 'pointer',
  components: {
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
    Select: Select.extend({ defaultProps: { checkIconPosition: 'right' } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
  },
});

/** Mantine's own greys for small print are too pale to be read by everybody. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f6f8f9',
    '--mantine-color-text': '#17242a',
    '--mantine-color-dimmed': '#536670',
    '--mantine-color-placeholder': '#657780',
    '--mantine-color-default-border': '#d5dee2',
    '--mantine-color-anchor': '#0f6174',
    '--mantine-color-error': '#b3261e',
  },
  dark: {
    '--mantine-color-body': '#0e1518',
    '--mantine-color-text': '#dde7ea',
    '--mantine-color-dimmed': '#93a7b0',
    '--mantine-color-placeholder': '#7f949d',
    '--mantine-color-default': '#141e22',
    '--mantine-color-default-hover': '#1b272c',
    '--mantine-color-default-border': '#2b3b42',
    '--mantine-color-anchor': '#70c3d2',
    '--mantine-color-error': '#ff8a80',
  },
});
