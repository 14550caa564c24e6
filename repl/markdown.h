/* markdown.h -- Markdown taken apart: a part of CommonMark with GitHub's tables, task lists and strikes, and with mathematics
** between $ and $$.  Whoever shows it is called for each block and span as it begins and ends, and for the text in it. */
#ifndef REPL_MARKDOWN_H
#define REPL_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

typedef enum markdown_kind {
    MARKDOWN_HEADING, /* blocks: */
    MARKDOWN_PARAGRAPH,
    MARKDOWN_QUOTE,
    MARKDOWN_LIST,
    MARKDOWN_ITEM,
    MARKDOWN_FENCED, /* code: its lines are text, each with its end */
    MARKDOWN_RULE,
    MARKDOWN_TABLE,
    MARKDOWN_ROW,
    MARKDOWN_CELL,
    MARKDOWN_FORMULA,  /* between lines of $$ */
    MARKDOWN_EMPHASIS, /* spans: */
    MARKDOWN_STRONG,
    MARKDOWN_STRUCK,
    MARKDOWN_CODE,
    MARKDOWN_LINK,
    MARKDOWN_IMAGE,
    MARKDOWN_MATH,
} markdown_kind;

typedef enum markdown_task { MARKDOWN_NO_TASK, MARKDOWN_OPEN, MARKDOWN_DONE } markdown_task;
typedef enum markdown_align { MARKDOWN_LEFT, MARKDOWN_CENTER, MARKDOWN_RIGHT } markdown_align;

typedef struct markdown_node {
    markdown_kind kind;
    int level;            /* of a heading; the number of an ordered list's item */
    bool ordered;         /* a list, and its items */
    bool simple;          /* an item of one line, whose text stands in no paragraph */
    bool head;            /* a table's first row, and its cells */
    markdown_task task;   /* an item */
    markdown_align align; /* a cell */
    const char *target;   /* where a link leads; the language of fenced code; not NUL-terminated */
    size_t target_size;
    const char *label; /* what stands for an image */
    size_t label_size;
} markdown_node;

typedef struct markdown_visitor {
    void *ctx;
    bool (*enter)(void *ctx, const markdown_node *node); /* false: what is inside is left out */
    void (*leave)(void *ctx, const markdown_node *node); /* called in any case */
    void (*text)(void *ctx, const char *s, size_t n);
} markdown_visitor;

/* False out of memory: some of it was left out. */
bool markdown_visit(const markdown_visitor *v, const char *text, size_t size);
/* Calls only for spans and text. */
void markdown_visit_spans(const markdown_visitor *v, const char *s, size_t n);

#endif
