/**
 * Colors of a terminal, which show results.
 *
 * @module
 */

/** The meaning of a color. */
export type Tone = "good" | "bad" | "mind" | "busy" | "faint";

/** Gives a text a color. */
export type Paint = (text: string, tone: Tone) => string;

const CODES: Readonly<Record<Tone, number>> = { good: 32, bad: 31, mind: 33, busy: 36, faint: 2 };

/** Returns texts without colors. */
export const plain: Paint = (text) => text;

/** Gives texts their colors. */
export const colored: Paint = (text, tone) => text === "" ? "" : `\x1b[${CODES[tone]}m${text}\x1b[0m`;
