#include "include/page.h"

// The page's own files as text. A file that changes rebuilds this one.
static const char style[] = {
#embed "colours.css"
    ,
#embed "layout.css"
    ,
#embed "drawings.css"
    , 0};

// One module: what a file defines, those after it use.
static const char script[] = {
#embed "players.js"
    ,
#embed "colours.js"
    ,
#embed "map.js"
    ,
#embed "page.js"
    , 0};

const char *echo_report_style(void) { return style; }

const char *echo_report_script(void) { return script; }
