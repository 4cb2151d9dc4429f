import cliProgress from "cli-progress";
import { grouped } from "./report.js";

/**
 * Shows a bar while some work goes on, and removes it afterwards. Shows nothing where the output is no terminal.
 * @param work is given a function to call with the number done so far
 */
export function withProgress<R>(label: string, total: number, work: (advance: (done: number) => void) => R): R {
  const bar = startBar(label, total);
  try {
    return work((done) => bar?.update(done));
  } finally {
    bar?.stop();
  }
}

/** {@link withProgress} for work that takes its time. */
export async function withProgressAsync<R>(
  label: string,
  total: number,
  work: (advance: (done: number) => void) => Promise<R>,
): Promise<R> {
  const bar = startBar(label, total);
  try {
    return await work((done) => bar?.update(done));
  } finally {
    bar?.stop();
  }
}

function startBar(label: string, total: number): cliProgress.SingleBar | undefined {
  if (!process.stdout.isTTY) return undefined;
  const bar = new cliProgress.SingleBar(
    {
      stream: process.stdout,
      format: `   ${label} {bar} {value} of {total}`,
      clearOnComplete: true,
      formatValue: (value) => grouped(value),
      fps: 30,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0);
  return bar;
}
