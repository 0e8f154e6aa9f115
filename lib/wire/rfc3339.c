#include "wire/rfc3339.h"

enum { MS_DAY = 24 * 60 * 60 * 1000, DAYS_ERA = 146097, DAYS_TO_1970 = 719468 };

/* Of year 0 and of year 10000. */
static const int64_t first_ms = -62167219200000, last_ms = 253402300799999;

struct civil {
	int year, month, day; /* month and day from 1 */
};

/* Days since 1970-01-01 in the Gregorian calendar; years begin in March here, so that leap days end them. */
static int64_t days_of(struct civil c)
{
	int64_t y = c.year - (c.month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_ERA + day_of_era - DAYS_TO_1970;
}

static struct civil civil_of(int64_t days)
{
	int64_t z = days + DAYS_TO_1970;
	int64_t era = (z >= 0 ? z : z - DAYS_ERA + 1) / DAYS_ERA;
	int64_t doe = z - era * DAYS_ERA;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	struct civil c = {.day = (int)(doy - (153 * mp + 2) / 5 + 1),
			  .month = (int)(mp < 10 ? mp + 3 : mp - 9)};

	c.year = (int)(yoe + era * 400 + (c.month <= 2));
	return c;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Reads n digits at *p, a number of at most max, and what must follow them. */
static bool number(const char **p, const char *end, int n, int max, const char *follow, int *out)
{
	int v = 0;

	if (end - *p < n)
		return false;
	for (int i = 0; i < n; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		v = v * 10 + (**p - '0');
	}
	*out = v;
	if (v > max)
		return false;
	if (!follow)
		return true;
	for (; *p < end && *follow; follow++)
		if (**p == *follow) {
			(*p)++;
			return true;
		}
	return false;
}

/* ".25": digits behind the point, those after the third are skipped. */
static bool fraction(const char **p, const char *end, int *ms)
{
	int digits = 0, unit = 100;

	*ms = 0;
	if (*p == end || **p != '.')
		return true;
	for ((*p)++; *p < end && **p >= '0' && **p <= '9'; (*p)++, digits++) {
		*ms += (**p - '0') * unit;
		unit /= 10;
	}
	return digits > 0;
}

/* "Z", "+03:00": minutes to the east. */
static bool zone(const char **p, const char *end, int *minutes)
{
	int h, m, sign;

	*minutes = 0;
	if (*p == end)
		return false;
	switch (*(*p)++) {
	case 'Z':
	case 'z':
		return true;
	case '+':
		sign = 1;
		break;
	case '-':
		sign = -1;
		break;
	default:
		return false;
	}
	if (!number(p, end, 2, 23, ":", &h) || !number(p, end, 2, 59, NULL, &m))
		return false;
	*minutes = sign * (h * 60 + m);
	return true;
}

/* Is ms, which a second of 60 led to, the start of July or January? */
static bool after_leap_second(int64_t ms)
{
	int64_t days = ms >= 0 ? ms / MS_DAY : (ms - MS_DAY + 1) / MS_DAY;
	struct civil c = civil_of(days);

	return ms - days * MS_DAY < 1000 && c.day == 1 && (c.month == 1 || c.month == 7);
}

bool rfc3339_parse(struct etq_str s, int64_t *ms)
{
	const char *p = s.p, *end = s.p ? s.p + s.n : NULL;
	int h, m, sec, frac, east;
	struct civil c;
	int64_t v;

	if (!number(&p, end, 4, 9999, "-", &c.year) || !number(&p, end, 2, 12, "-", &c.month) ||
	    !number(&p, end, 2, 31, "Tt ", &c.day) || !number(&p, end, 2, 23, ":", &h) ||
	    !number(&p, end, 2, 59, ":", &m) || !number(&p, end, 2, 60, NULL, &sec) ||
	    !fraction(&p, end, &frac) || !zone(&p, end, &east) || p != end)
		return false;
	if (c.month == 0 || c.day == 0 || c.day > days_in(c.year, c.month))
		return false;
	v = days_of(c) * MS_DAY + ((int64_t)(h * 60 + m - east) * 60 + sec) * 1000 + frac;
	if (sec == 60 && !after_leap_second(v))
		return false;
	*ms = v;
	return true;
}

/* Writes v in n digits, and what follows them; returns the place behind. */
static char *put_digits(char *to, int n, int v, char follow)
{
	for (int i = n - 1; i >= 0; i--) {
		to[i] = (char)('0' + v % 10);
		v /= 10;
	}
	to[n] = follow;
	return to + n + 1;
}

bool rfc3339_format(int64_t ms, char out[RFC3339_SIZE])
{
	int64_t days;
	struct civil c;
	int rest;
	char *p = out;

	if (ms < first_ms || ms > last_ms)
		return false;
	days = ms >= 0 ? ms / MS_DAY : (ms - MS_DAY + 1) / MS_DAY;
	rest = (int)(ms - days * MS_DAY);
	c = civil_of(days);
	p = put_digits(p, 4, c.year, '-');
	p = put_digits(p, 2, c.month, '-');
	p = put_digits(p, 2, c.day, 'T');
	p = put_digits(p, 2, rest / 3600000, ':');
	p = put_digits(p, 2, rest / 60000 % 60, ':');
	p = put_digits(p, 2, rest / 1000 % 60, '.');
	p = put_digits(p, 3, rest % 1000, 'Z');
	*p = '\0';
	return true;
}
