/** What a colour says, the same in lists, chips, graphs, bars and differences; quiet: nothing in particular. */
export type Tone = 'well' | 'new' | 'active' | 'ask' | 'care' | 'bad' | 'quiet';
