#ifndef ECHO_REPORT_PAGE_H
#define ECHO_REPORT_PAGE_H

/// The style sheet and the script of a report's page; they live as long as the process.
const char *echo_report_style(void);
const char *echo_report_script(void);

#endif
