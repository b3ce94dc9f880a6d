/** Dates and times as people read them. */

import { language, strings } from "./strings";

/** The reader's own way of writing dates where it is one of the page's language. */
const locale = navigator.languages.find((one) => one.split("-")[0] === language) ?? language;

const timeFormat = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const weekdayFormat = new Intl.DateTimeFormat(locale, { weekday: "short" });
const dayFormat = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const yearFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const shortFormat = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const numericFormat = new Intl.DateTimeFormat(locale, { dateStyle: "short" });
const fullFormat = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });

/** Which day it is here, as a text that two dates of one day share. */
export const dayOf = (date: Date) => date.toDateString();

export const timeOf = (date: Date) => timeFormat.format(date);

export const fullDateOf = (date: Date) => fullFormat.format(date);

/** For the line between two days: "Today", "Monday, 3 March", "3 March 2024". */
export function dayName(date: Date, now = new Date()): string {
  const near = nearDay(date, now);
  if (near !== null) return near;
  return date.getFullYear() === now.getFullYear() ? dayFormat.format(date) : yearFormat.format(date);
}

/** For the list of conversations, as short as can be. */
export function shortDate(date: Date, now = new Date()): string {
  const days = daysBefore(date, now);
  if (days <= 0) return timeOf(date);
  if (days === 1) return strings.yesterday;
  if (days < 7) return weekdayFormat.format(date);
  return date.getFullYear() === now.getFullYear() ? shortFormat.format(date) : numericFormat.format(date);
}

function nearDay(date: Date, now: Date): string | null {
  const days = daysBefore(date, now);
  if (days === 0) return strings.today;
  return days === 1 ? strings.yesterday : null;
}

/** Counted in calendar days; rounded, since some days have 23 or 25 hours. */
function daysBefore(date: Date, now: Date): number {
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

const midnight = (date: Date) => new Date(date).setHours(0, 0, 0, 0);
