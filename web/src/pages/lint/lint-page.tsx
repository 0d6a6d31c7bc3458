import { Anchor, Button, Card, Code, FileInput, Group, List, Stack, Tabs, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api, sent } from '../../api/client.ts';
import type { LintReport } from '../../api/types.ts';
import { DropZone } from '../../parts/drop-zone.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useText } from '../../text/index.tsx';

const MarkedXml = lazy(() => import('./marked-xml.tsx'));

/** An old and a new package: what the author forgot, the upgrade file that would say it, and what it would do here. */
export default function LintPage() {
  const { say } = useText();
  const [before, setBefore] = useState<File | null>(null);
  const [after, setAfter] = useState<File | null>(null);
  const check = useMutation({
    mutationFn: async (file: File) => {
      const files = [...(before ? await sent([before], 'old') : []), ...(await sent([file], 'new'))];
      return api.lint.lintPackages({ files });
    },
  });
  // two files are the version before and the new one, in the order of their names; one is the next that is missing
  const take = (files: readonly File[]) => {
    const [first, second] = [...files].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    if (first && second) {
      setBefore(first);
      setAfter(second);
    } else if (first && before === null) setBefore(first);
    else if (first) setAfter(first);
  };
  return (
    <Stack>
      <Title order={1}>{say('menu.lint')}</Title>
      <Text>{say('lint.intro')}</Text>
      <DropZone label={say('lint.drop')} onFiles={take}>
        <Group align="end">
          <FileInput label={say('lint.old')} w={260} accept=".zip" value={before} onChange={setBefore} clearable />
          <FileInput
            label={say('lint.new')}
            w={260}
            accept=".zip"
            value={after}
            onChange={setAfter}
            clearable
            required
          />
          <Button disabled={!after} loading={check.isPending} onClick={() => after && check.mutate(after)}>
            {say('lint.check')}
          </Button>
        </Group>
      </DropZone>
      {check.error && <Failure error={check.error} />}
      {check.data && <Report key={check.submittedAt} report={check.data} />}
    </Stack>
  );
}

function Report({ report }: { readonly report: LintReport }) {
  const { say } = useText();
  const [tab, setTab] = useState<string | null>(firstTab(report));
  const [line, setLine] = useState<number | null>(null);
  const show = ({ file, line: at }: { file: string; line: number }) => {
    setTab(file);
    setLine(at);
  };
  return (
    <Stack>
      <Text fw={600} role="status">
        {report.plugin?.name} {report.from ?? '–'} → {report.to ?? '–'}:{' '}
        {say('lint.findings', { count: report.findings.length })}
      </Text>
      <List size="sm">
        {report.findings.map((finding) => (
          <List.Item key={`${finding.code} ${finding.where?.line} ${finding.message}`}>
            <Finding finding={finding} show={show} />
          </List.Item>
        ))}
      </List>
      <Tabs
        value={tab}
        onChange={(name) => {
          setTab(name);
          setLine(null);
        }}
        keepMounted={false}
      >
        <Tabs.List>
          {report.files.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
          {report.proposed && <Tabs.Tab value="proposed">{say('lint.proposed')}</Tabs.Tab>}
          {report.effect && <Tabs.Tab value="effect">{say('lint.effect')}</Tabs.Tab>}
        </Tabs.List>
        {report.files.map(({ name, text }) => (
          <Tabs.Panel key={name} value={name} pt="sm">
            <Suspense fallback={<Loading />}>
              <MarkedXml
                label={name}
                text={text}
                line={line}
                findings={report.findings.filter(({ where }) => where?.file === name)}
              />
            </Suspense>
          </Tabs.Panel>
        ))}
        {report.proposed && (
          <Tabs.Panel value="proposed" pt="sm">
            <List size="sm">
              {report.proposed.guesses.map((guess) => (
                <List.Item key={guess}>{guess}</List.Item>
              ))}
            </List>
            <Code block tabIndex={0}>
              {report.proposed.upgradeXml}
            </Code>
          </Tabs.Panel>
        )}
        {report.effect && (
          <Tabs.Panel value="effect" pt="sm">
            <Card withBorder>
              <Text size="sm">
                {say('plan.processCount', { count: report.effect.totals.processes })}, {report.effect.totals.uses}{' '}
                {say('plan.number.uses', { count: report.effect.totals.uses })},{' '}
                {say('plan.openCount', { count: report.effect.totals.questions })}
              </Text>
              <List size="sm">
                {report.effect.groups.map((group) => (
                  <List.Item key={group.id}>
                    {say('plan.processCount', { count: group.processes })}: {group.title}
                  </List.Item>
                ))}
              </List>
            </Card>
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  );
}

/** A finding, whose place opens the file. */
function Finding({
  finding: { where, code, message, hint },
  show,
}: {
  readonly finding: LintReport['findings'][number];
  readonly show: (place: { file: string; line: number }) => void;
}) {
  return (
    <>
      {where && (
        <Anchor component="button" type="button" size="sm" onClick={() => show(where)}>
          {where.file}:{where.line}:{where.column}
        </Anchor>
      )}{' '}
      <strong>{code}</strong> {message} {hint && `→ ${hint}`}
    </>
  );
}

/** The first file with a finding; the new version where there is none. */
function firstTab({ files, findings }: LintReport): string {
  const found = files.find(({ name }) => findings.some(({ where }) => where?.file === name));
  return (found ?? files.find(({ name }) => name.startsWith('new/')) ?? files[0])?.name ?? 'proposed';
}
