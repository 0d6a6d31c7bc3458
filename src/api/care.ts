import { Type } from 'typebox';
import { Problem, route } from './route.ts';

const Examination = Type.Object({
  data: Type.String({ description: 'The folder that was examined' }),
  plugins: Type.Integer(),
  processes: Type.Integer(),
  problems: Type.Array(Problem),
});

const SecurityExamination = Type.Object({
  data: Type.String({ description: 'The folder that was examined' }),
  problems: Type.Array(Problem),
});

export const careRoutes = {
  examine: route({
    method: 'GET',
    url: '/api/doctor',
    summary: 'Check everything that the data promises; changes nothing',
    permission: 'settings-edit',
    reply: Examination,
  }),
  examineSecurity: route({
    method: 'GET',
    url: '/api/doctor/security',
    summary:
      'What of modes, keys, users, tokens, doors and signatures lets in whoever should not come; changes nothing',
    permission: 'settings-edit',
    reply: SecurityExamination,
  }),
};
