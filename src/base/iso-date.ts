const form = /^(\d{4}|[-+]\d{6})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:Z|([-+])(\d\d)(?::(\d\d))?)?)?$/;

const minute = 60_000;
const dayLength = 24 * 60 * minute;

/**
 * The moment that a text names in the extended calendar format of ISO 8601: `2026-01-31`, `2026-01-31T09:30`, `2026-01-31T09:30:15.250+01:00`; years
 * beyond 9999 have a sign and six digits. Undefined for any other text, and for days and times that no calendar or clock shows.
 *
 * A text without a zone is in UTC, so that it names the same moment on every machine. What is finer than a millisecond is cut off, as a Date has none.
 */
export function parseIsoDate(text: string): Date | undefined {
  const parts = form.exec(text);
  if (parts === null || parts[1] === "-000000") return undefined;
  const number = (part: number): number => Number(parts[part] ?? 0);
  const [year, month, day, hours, minutes, seconds] = [number(1), number(2), number(3), number(4), number(5), number(6)];
  const [offsetHours, offsetMinutes] = [number(9), number(10)];
  if (hours > 23 || minutes > 59 || seconds > 59 || offsetHours > 23 || offsetMinutes > 59) return undefined;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const milliseconds = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const offset = (parts[8] === "-" ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * minute;
  const result = new Date(
    dayNumber(year, month, day) * dayLength + (hours * 60 + minutes) * minute + seconds * 1_000 + milliseconds - offset,
  );
  return Number.isNaN(result.getTime()) ? undefined : result;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Days since 1970, by the rules of the calendar. `Date.UTC` takes the years 0 to 99 for others, and knows no day whose first moment in UTC is out of its
 * range, though it has moments within in other zones.
 */
function dayNumber(year: number, month: number, day: number): number {
  // Counted from March on, so that a leap day is the last of its year.
  const marchYear = month > 2 ? year : year - 1;
  const cycle = Math.floor(marchYear / 400);
  const yearOfCycle = marchYear - cycle * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return cycle * 146_097 + yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100) + dayOfYear - 719_468;
}
