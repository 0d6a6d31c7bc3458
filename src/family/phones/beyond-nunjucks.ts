/** What Jinja2 has and nunjucks has not: a template that uses it is not at fault. */
const filters = new Set(
  ('attr count filesizeformat format items map max min ' + 'pprint tojson unique wordwrap xmlattr').split(' '),
);
const tags = new Set(['do', 'with', 'endwith', 'autoescape', 'break', 'continue', 'trans', 'pluralize', 'debug']);
const methods = new Set(
  (
    'capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii isdecimal ' +
    'isdigit isidentifier islower isnumeric isspace istitle isupper join ljust lower lstrip partition removeprefix removesuffix ' +
    'replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill ' +
    'append clear copy extend insert pop remove reverse sort get items keys values setdefault update popitem fromkeys ' +
    'strftime isoformat total_seconds bit_length is_integer as_hours as_hms as_seconds as_minutes'
  ).split(' '),
);

/** Whether a failure of nunjucks is its own, by what it says. */
export function isBeyondNunjucks(message: string): boolean {
  const [, filter] = /filter not found: (\w+)/.exec(message) ?? [];
  if (filter !== undefined) return filters.has(filter);
  const [, tag] = /unknown block tag: (\w+)/.exec(message) ?? [];
  if (tag !== undefined) return tags.has(tag);
  const [, method] = /Unable to call `.*(?:\["|\.)(\w+)(?:"\])?`/.exec(message) ?? [];
  if (method !== undefined) return methods.has(method);
  return /\.(\w+) is not a function/.test(message);
}
