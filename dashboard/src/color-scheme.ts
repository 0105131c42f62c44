import { localStorageColorSchemeManager } from '@mantine/core';

/** Light or dark, kept for this browser; public/theme.js reads the same key before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'sluice-colors' });
