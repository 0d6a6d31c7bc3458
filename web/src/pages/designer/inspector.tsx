import { useText } from '../../text/index.tsx';
import { EdgeRow } from './activity-edges.tsx';
import { ActivityForm } from './activity-form.tsx';
import { ProcessForm } from './process-form.tsx';
import { SeveralChosen } from './several-chosen.tsx';
import type { Designing } from './use-designer.ts';

/** What is chosen, with its values: an activity, several, an edge, or the process itself. */
export function Inspector({ designing }: { readonly designing: Designing }) {
  const { say } = useText();
  const { stored, document, chosen, chosenIds, chosenEdge, canvas, change, remove, home, setHome } = designing;
  if (chosen) {
    return (
      <ActivityForm
        document={document}
        address={chosen.address}
        activity={chosen.activity}
        onEdit={change}
        onRemove={() => remove([chosen.address])}
      />
    );
  }
  if (chosenIds.size > 1) {
    return <SeveralChosen count={chosenIds.size} onRemove={() => canvas.remove([...chosenIds])} />;
  }
  if (chosenEdge) {
    return (
      <EdgeRow
        key={chosenEdge.id}
        edge={chosenEdge.edge}
        label={`${chosenEdge.edge.from ?? say('graph.start')} → ${chosenEdge.edge.to}`}
        level={chosenEdge.level}
        onEdit={change}
      />
    );
  }
  return <ProcessForm document={document} onEdit={change} home={stored ? null : home} onHome={setHome} />;
}
