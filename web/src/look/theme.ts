import {
  Alert,
  Autocomplete,
  Badge,
  Button,
  Card,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  FileInput,
  InputWrapper,
  Modal,
  MultiSelect,
  NativeSelect,
  NumberInput,
  PasswordInput,
  Radio,
  SegmentedControl,
  Select,
  Switch,
  Table,
  TableScrollContainer,
  Tabs,
  Textarea,
  TextInput,
} from '@mantine/core';
import classes from './theme.module.css';

const named = (name: string): string => classes[name] ?? '';
type Scale = [string, string, string, string, string, string, string, string, string, string];
function scale(shades: string): Scale {
  return shades.split(' ').map((shade) => `#${shade}`) as Scale;
}

const field = { defaultProps: { size: 'xs' }, classNames: { input: named('input') } };

export const theme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 7,
  // the library mixes some of its own shades from these; everything of ours is a token
  colors: {
    gray: scale('fbfbfc f4f5f7 e6e8ec d0d5dd b9c0cb 868e9c 5f6673 454c5a 2b303b 14171f'),
    dark: scale('eceef2 b8bfcb 969eae 6d7686 353d4a 232831 15181e 0f1115 0b0d10 08090c'),
  },
  // text on a filled ground: white in light, nearly black in dark, where every colour is bright
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    return input.variant === 'filled' ? { ...colours, color: 'var(--on-accent)' } : colours;
  },
  fontFamily: '"Inter Variable", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: '"Geist Mono Variable", ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '18px', sm: '20px', md: '20px', lg: '22px', xl: '26px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '20px', xl: '28px' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '18px', lineHeight: '26px' },
      h2: { fontSize: '15px', lineHeight: '22px', fontWeight: '600' },
      h3: { fontSize: '13px', lineHeight: '20px', fontWeight: '600' },
      h4: { fontSize: '13px', lineHeight: '20px', fontWeight: '600' },
    },
  },
  components: {
    Alert: Alert.extend({ defaultProps: { variant: 'light' } }),
    Badge: Badge.extend({ defaultProps: { tt: 'none', fw: 550, flex: 'none', lts: 0, variant: 'light', size: 'md' } }),
    Button: Button.extend({ defaultProps: { size: 'xs' }, classNames: { root: named('button') } }),
    Card: Card.extend({ classNames: { root: named('card') } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Radio: Radio.extend({ defaultProps: { size: 'xs' } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    InputWrapper: InputWrapper.extend({
      classNames: { label: named('label'), description: named('hint') },
    }),
    TextInput: TextInput.extend(field),
    Textarea: Textarea.extend(field),
    NativeSelect: NativeSelect.extend(field),
    Select: Select.extend(field),
    MultiSelect: MultiSelect.extend({ defaultProps: { size: 'xs' } }),
    Autocomplete: Autocomplete.extend(field),
    NumberInput: NumberInput.extend(field),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'xs' } }),
    FileInput: FileInput.extend(field),
    Modal: Modal.extend({ classNames: { title: named('modalTitle') } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'xs', withItemsBorders: false },
      classNames: {
        root: named('segments'),
        label: named('segmentsLabel'),
        indicator: named('segmentsIndicator'),
      },
    }),
    Table: Table.extend({
      defaultProps: { verticalSpacing: 4, horizontalSpacing: 'sm', borderColor: 'var(--line)' },
      classNames: { table: named('table'), th: named('th'), td: named('td') },
    }),
    // what scrolls is reached by keyboard
    TableScrollContainer: TableScrollContainer.extend({
      defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } },
    }),
    Tabs: Tabs.extend({ classNames: { list: named('tabList'), tab: named('tab') } }),
  },
});

/** Colours that components are asked for by name, as what they mean here. */
const meanings = {
  blue: 'accent',
  green: 'well',
  teal: 'new',
  violet: 'ask',
  orange: 'care',
  yellow: 'care',
  red: 'bad',
} as const;

/** The library draws with our tokens: both schemes are decided in tokens.css alone. */
export const ourColours: CSSVariablesResolver = () => {
  const variables: Record<string, string> = {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-bright': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-quiet)',
    '--mantine-color-placeholder': 'var(--ink-quiet)',
    '--mantine-color-anchor': 'var(--accent-ink)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-disabled': 'var(--sunken)',
    '--mantine-color-disabled-color': 'var(--ink-quiet)',
    '--mantine-color-disabled-border': 'var(--line-strong)',
    '--mantine-color-gray-light': 'var(--sunken)',
    '--mantine-color-gray-light-color': 'var(--ink-soft)',
    '--mantine-primary-color-contrast': 'var(--on-accent)',
  };
  for (const [colour, meaning] of Object.entries(meanings)) {
    const accent = meaning === 'accent';
    Object.assign(variables, {
      [`--mantine-color-${colour}-filled`]: `var(--${meaning})`,
      [`--mantine-color-${colour}-filled-hover`]: `color-mix(in srgb, var(--${meaning}) 88%, var(--ink))`,
      [`--mantine-color-${colour}-light`]: `var(--${meaning}-soft)`,
      [`--mantine-color-${colour}-light-hover`]: `color-mix(in srgb, var(--${meaning}-soft) 85%, var(--${meaning}))`,
      [`--mantine-color-${colour}-light-color`]: accent ? 'var(--accent-ink)' : `var(--${meaning})`,
      [`--mantine-color-${colour}-outline`]: `var(--${meaning})`,
      [`--mantine-color-${colour}-outline-hover`]: `var(--${meaning}-soft)`,
      [`--mantine-color-${colour}-text`]: accent ? 'var(--accent-ink)' : `var(--${meaning})`,
    });
  }
  return { variables: {}, light: variables, dark: variables };
};
