import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest begin; the short ones of the end leave no processor idle. */
const order = ['browser', 'journeys', 'alone', 'unit'];

/** The files of one project after those of another: a worker keeps its modules while the next file is of its project. */
export default class ProjectAfterProject extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ project }: TestSpecification): number => order.indexOf(project.name);
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
