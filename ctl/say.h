/* What the program says to the person at the terminal, on standard error. */
#ifndef CTL_SAY_H
#define CTL_SAY_H

/* One line, with the program's name before it. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* One line as it is: what begins with a place in a file. */
void say_at(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
