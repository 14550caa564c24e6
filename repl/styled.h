/* styled.h -- rows of characters with styles, made for a number of columns; knows no terminal.
**
**     rows    [ first 0, n 8 ][ first 8, n 4, goes_on ][ … ]
**     cells   [ f o r · i · = 日 | 1 , 3 é | … ]           of all rows, one after the other
**
** A cell is a character of width 1 or 2; marks that combine with it follow it as cells of width 0, at most STYLED_MARKS.
** Nothing in a cell can do harm to a terminal: control characters have become symbols.  What a role or a colour looks like
** is decided by who draws.  Buffers are kept when a text is laid out anew.
**
**     styled s = { 0 };
**     styled_begin(&s, 80, PLOT_UTF8, STYLED_WORDS);
**     styled_put(&s, "x = 1", 5, (style){ .role = STYLE_CODE }, 0);
**     styled_end(&s);
**     for (int i = 0; i < s.n; i++) … s.cells + s.rows[i].first … s.rows[i].n …
**     styled_free(&s);
**
** A failed allocation is remembered in failed: what comes after it is missing. */
#ifndef REPL_STYLED_H
#define REPL_STYLED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plot/plot.h"

typedef enum style_role {
    STYLE_PLAIN,
    STYLE_NAME, /* of code: */
    STYLE_KNOWN,
    STYLE_KEYWORD,
    STYLE_STRING,
    STYLE_NUMBER,
    STYLE_OPERATOR,
    STYLE_COMMENT,
    STYLE_BAD,     /* no Lua; bytes that are no text */
    STYLE_HEADING, /* of Markdown: */
    STYLE_CODE,
    STYLE_LINK,
    STYLE_ADDRESS, /* where a link leads */
    STYLE_QUOTE,
    STYLE_BULLET,
    STYLE_RULE, /* lines and frames */
    STYLE_MATH,
    STYLE_ERROR,  /* of outputs: message of an error */
    STYLE_ERRORS, /* standard error */
    STYLE_PLACE,  /* cell and line that an error names: the row has a target */
    STYLE_NOTE,   /* what the notebook itself says: "… 120 lines …" */
    STYLE_PROMPT,
    STYLE_TABLE_HEAD,
} style_role;
#define STYLE_ROLES (STYLE_TABLE_HEAD + 1)

enum { /* flags, which add to the look of the role */
       STYLE_BOLD = 1,
       STYLE_DIM = 2,
       STYLE_ITALIC = 4,
       STYLE_UNDERLINE = 8,
       STYLE_REVERSE = 16,
       STYLE_STRUCK = 32,
       STYLE_SELECTED = 64, /* laid over by styled_mark: */
       STYLE_MATCH = 128,   /* of a search */
       STYLE_PARTNER = 256, /* the bracket that belongs to the one at the cursor */
};

/* A colour: 0 the terminal's own, else one of 256, or red, green, blue. */
#define COLOR_INDEX(i)    (0x1000000u | (uint32_t)(i))
#define COLOR_RGB(rgb)    (0x2000000u | (uint32_t)(rgb))
#define COLOR_IS_INDEX(c) ((c) >> 24 == 1)
#define COLOR_IS_RGB(c)   ((c) >> 24 == 2)
#define COLOR_VALUE(c)    ((c)&0xffffffu)

typedef struct style {
    uint32_t foreground, background;
    uint16_t flags;
    uint8_t role;
} style;

typedef struct styled_cell {
    uint32_t code;
    uint32_t at; /* the byte of the source it comes from, or STYLED_NOWHERE */
    style style;
    uint8_t width;
} styled_cell;

#define STYLED_NOWHERE UINT32_MAX
#define STYLED_MARKS   4

typedef struct styled_row {
    int first, n, columns;
    uint32_t at;  /* of code: the byte of the source it begins with */
    bool goes_on; /* the next row continues its line */
    int target;   /* 0: none; else styled_target knows where it leads */
} styled_row;

typedef enum styled_wrap {
    STYLED_HARD,  /* rows are cut where they are full */
    STYLED_WORDS, /* before the word that does not fit */
    STYLED_CLIP,  /* lines that do not fit end in … */
} styled_wrap;

typedef struct styled {
    styled_row *rows;
    styled_cell *cells;
    int n, ncells;
    bool failed;
    /* While it is made: */
    int columns, tab;
    plot_charset charset;
    styled_wrap wrap;
    bool open;           /* the last row is not ended */
    bool full, clipped;  /* what comes next in its line begins a row; is dropped */
    int lead;            /* cells of the last row that are prefix */
    styled_cell *prefix; /* what each new row begins with */
    int nprefix, prefix_room, rows_room, cells_room;
    uint32_t end; /* the byte of the source after what was put last */
    int target;   /* of new rows */
    struct styled_target {
        char *name;
        int line;
    } * targets;
    int ntargets, targets_room;
} styled;

/* Empties S for rows of at most COLUMNS (at least 1) columns. */
void styled_begin(styled *s, int columns, plot_charset charset, styled_wrap wrap);
void styled_end(styled *s); /* ends the last row, if it is not ended */
void styled_free(styled *s);

/* Appends text; \n ends a row, even an empty one.  AT is the source's byte it begins with, or STYLED_NOWHERE. */
void styled_put(styled *s, const char *text, size_t size, style st, uint32_t at);
void styled_puts(styled *s, const char *text, style_role role);
void styled_repeat(styled *s, const char *text, int n, style_role role);
void styled_end_row(
    styled *s); /* ends the last row; begins and ends an empty one if there is none */
void styled_fresh_row(styled *s); /* ends the last row unless nothing but prefix is in it */
void styled_lead(styled *s);      /* what is in the open row counts as prefix */
/* Appends the characters of another text's row as they are. */
void styled_copy(styled *s, const styled *from, int row);
/* Rows that begin from now on begin with PREFIX, too; gives what styled_pop wants to take it away. */
int styled_push(styled *s, const char *prefix, style_role role);
void styled_pop(styled *s, int before);
/* The row that is open or the next to begin, and those that continue its line, lead to line LINE of NAME. */
void styled_set_target(styled *s, const char *name, size_t size, int line);
const char *styled_target(const styled *s, int row, int *line); /* NULL: none */
/* Columns that TEXT takes in one row. */
int styled_width(const char *text, size_t size, plot_charset charset);

/* Of rows of code.  Where byte AT is: the row, and the column where its character begins; 0, 0 if there are no rows. */
void styled_find(const styled *s, uint32_t at, int *row, int *column);
/* The byte at ROW and COLUMN, or nearest to it in that row. */
uint32_t styled_byte(const styled *s, int row, int column);
/* Lays FLAGS over all characters from byte FROM to TO. */
void styled_mark(styled *s, uint32_t from, uint32_t to, uint16_t flags);
/* Row ROW as UTF-8, freed by the caller; NULL out of memory. */
char *styled_row_text(const styled *s, int row);

#endif
