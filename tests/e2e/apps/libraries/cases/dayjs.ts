import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat.js';
import duration from 'dayjs/plugin/duration.js';
import relativeTime from 'dayjs/plugin/relativeTime.js';
import utc from 'dayjs/plugin/utc.js';
import 'dayjs/locale/de.js';

dayjs.extend(customParseFormat);
dayjs.extend(duration);
dayjs.extend(relativeTime);
dayjs.extend(utc);

const day = dayjs.utc('2026-02-28T13:05:09.007Z');

export const cases = {
  format: () => day.format('YYYY-MM-DD HH:mm:ss.SSS dddd [Q]D'),
  locale: () => day.locale('de').format('dddd, D. MMMM YYYY'),
  arithmetic: () => [day.add(1, 'month').format('DD.MM'), day.endOf('month').format('DD HH:mm'),
    day.startOf('week').format('ddd'), day.diff(dayjs.utc('2026-01-01'), 'day')],
  'custom format': () => [dayjs('05/02/69 1:02:03 PM', 'MM/DD/YY h:mm:ss A').format('YYYY MM HH'),
    dayjs('2026-02-30', 'YYYY-MM-DD', true).isValid()],
  relative: () => [day.to(day.add(3, 'day')), day.locale('de').from(day.add(2, 'year'))],
  duration: () => [dayjs.duration({ hours: 27, minutes: 3 }).humanize(),
    dayjs.duration('P1DT2H').asMinutes()]
};
