import { Badge, type CSSVariablesResolver, createTheme, Table, Tabs } from '@mantine/core';
import classes from './theme.module.css';

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  autoContrast: true,
  // white text needs a contrast of 4.5 with its ground
  luminanceThreshold: 0.18,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { sizes: { h1: { fontSize: '1.65rem' } } },
  components: {
    Badge: Badge.extend({ defaultProps: { tt: 'none', fw: 600, flex: 'none' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'xs' }, classNames: { th: classes['th'] ?? '' } }),
    Tabs: Tabs.extend({ classNames: { list: classes['tabList'] ?? '' } }),
  },
});

/** Quiet text that can still be read: 4.5 to 1 on its ground, in light and in dark. */
export const readableColours: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: { '--mantine-color-dimmed': colors.gray[7] },
  dark: { '--mantine-color-dimmed': colors.dark[1] },
});
