import {
  addBusinessDays, addMonths, compareAsc, differenceInCalendarDays, eachDayOfInterval, endOfMonth,
  format, formatDistance, formatDuration, formatISO, getISOWeek, intervalToDuration, isValid,
  isWithinInterval, parse, parseISO, startOfWeek
} from 'date-fns';
import { de, fr } from 'date-fns/locale';

const day = new Date(2026, 1, 28, 13, 5, 9, 7);

export const cases = {
  format: () => format(day, "yyyy-MM-dd'T'HH:mm:ss.SSS EEEE do MMMM QQQ"),
  'format in German': () => format(day, 'EEEE, d. MMMM yyyy', { locale: de }),
  'format in French': () => format(day, 'PPPP', { locale: fr }),
  parse: () => formatISO(parse('31/12/2025 23:59', 'dd/MM/yyyy HH:mm', new Date(0)),
    { representation: 'date' }),
  'parse nonsense': () => isValid(parse('40/99/x', 'dd/MM/yyyy', new Date(0))),
  'end of February': () => format(addMonths(new Date(2026, 0, 31), 1), 'yyyy-MM-dd'),
  arithmetic: () => [differenceInCalendarDays(new Date(2026, 11, 24), day), getISOWeek(day),
    format(addBusinessDays(day, 3), 'EEE dd'), format(endOfMonth(day), 'dd HH:mm'),
    format(startOfWeek(day, { weekStartsOn: 1 }), 'EEE dd')],
  distance: () => [formatDistance(day, addMonths(day, 7)),
    formatDistance(addMonths(day, -7), day, { addSuffix: true, locale: de })],
  duration: () => formatDuration(intervalToDuration({ start: day, end: new Date(2027, 2, 1, 0, 0) })),
  interval: () => [eachDayOfInterval({ start: day, end: new Date(2026, 2, 3) }).length,
    isWithinInterval(day, { start: parseISO('2026-01-01'), end: parseISO('2026-03-01') })],
  sort: () => [parseISO('2026-05-01'), parseISO('2025-05-01'), parseISO('2026-01-01')]
    .sort(compareAsc).map((date) => format(date, 'yyMM'))
};
