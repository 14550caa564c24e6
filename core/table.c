/* table.c -- the table of operators as data: ml_ops, and signatures parsed from their text. */
#include "core/op_run.h"
#include "core/tensor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const int ml_nops = ML_NOP;

/* clang-format off */
const ml_op_info ml_ops[ML_NOP] = {
#define ROW(op, sg, types_, family_, saves_, y_, da, db, dc, lo_, hi_, run_, grad_, help_, example_)    \
    [ML_OP_##op] = { .name = #op, .sig = sg, .types = ML_TYPES_##types_, .family = ML_##family_,        \
        .saves = saves_, .y = y_, .d = { da, db, dc }, .lo = lo_, .hi = hi_, .run = run_, .grad = grad_, \
        .file = CHAPTER, .help = help_, .example = example_ },
#include "core/ops/all.def"
};
/* clang-format on */

int ml_op_find(const char *name)
{
    for (int i = 0; i < ML_NOP; i++)
        if (!strcmp(ml_ops[i].name, name)) return i;
    return -1;
}

/* ---- signatures --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint8_t kind;
} kinds[] = {
    { "index[]", ML_P_INDICES }, { "T[]", ML_P_LIST },    { "T", ML_P_TENSOR },
    { "S", ML_P_SCALAR },        { "index", ML_P_INDEX }, { "label", ML_P_LABEL },
    { "ints", ML_P_INTS },       { "int", ML_P_INT },     { "float", ML_P_FLOAT },
    { "bool", ML_P_BOOL },       { "str", ML_P_STR },     { "dtype", ML_P_DTYPE },
    { "device", ML_P_DEVICE },   { "shape", ML_P_SHAPE }, { "dims", ML_P_DIMS },
    { "dim", ML_P_DIM },         { "pos", ML_P_POS },     { "class", ML_P_CLASS },
};

static const char *skip(const char *s)
{
    while (*s == ' ' || *s == ',') s++;
    return s;
}

static ml_status bad_signature(const char *sig)
{
    return ml_fail(ML_VALUE, "bad signature \"%s\"", sig);
}

static ml_arg parse_default(uint8_t kind, const char *s, size_t n)
{
    char text[32] = { 0 };
    memcpy(text, s, n < sizeof text - 1 ? n : sizeof text - 1);
    ml_dtype dtype;
    switch (kind) {
    case ML_P_BOOL: return ML_B(!strcmp(text, "true"));
    case ML_P_STR: {
        static char strings[64][16]; /* the few words that are defaults */
        for (int i = 0; i < 64; i++) {
            if (!strings[i][0]) memcpy(strings[i], text, 15);
            if (!strcmp(strings[i], text)) return ML_S(strings[i]);
        }
        return ML_ABSENT;
    }
    case ML_P_DTYPE:
        return ml_dtype_parse(text, &dtype) ? (ml_arg){ .kind = ML_ARG_DTYPE, .i = (int64_t)dtype }
                                            : ML_ABSENT;
    case ML_P_INTS:
    case ML_P_SHAPE:
    case ML_P_DIMS: {
        static int64_t numbers[64];
        static int used;
        int at = used;
        for (char *p = text; *p && used < 64; used++) {
            char *end;
            numbers[used] = strtoll(p, &end, 10);
            if (end == p) break;
            p = *end == ';' ? end + 1 : end;
        }
        return ML_INTS(numbers + at, used - at);
    }
    case ML_P_FLOAT: return ML_F(strtod(text, NULL));
    case ML_P_SCALAR:
        return strpbrk(text, ".in") ? ML_F(strtod(text, NULL)) : ML_I(strtoll(text, NULL, 10));
    default: return ML_I(strtoll(text, NULL, 10));
    }
}

/* "dim:dim?", "p:float=2", "x!:T" */
static ml_status parse_param(const char *sig, const char **at, ml_param *p)
{
    const char *s = *at;
    size_t n = strcspn(s, ":!");
    if (n == 0 || n >= sizeof p->name) return bad_signature(sig);
    memcpy(p->name, s, n);
    s += n;
    if (*s == '!') p->inplace = true, s++;
    if (*s++ != ':') return bad_signature(sig);
    size_t k = 0, count = sizeof kinds / sizeof kinds[0];
    while (k < count && strncmp(s, kinds[k].name, strlen(kinds[k].name))) k++;
    if (k == count) return bad_signature(sig);
    p->kind = kinds[k].kind, s += strlen(kinds[k].name);
    if (*s == '?') p->optional = true, s++;
    if (*s == '=') {
        n = strcspn(++s, ", ");
        p->value = parse_default(p->kind, s, n);
        p->optional = true, s += n;
    }
    *at = skip(s);
    return ML_OK;
}

static ml_status parse(const char *sig, ml_signature *out)
{
    const char *s = skip(sig);
    while (*s && strncmp(s, "->", 2)) {
        if (out->nparams == ML_MAX_PARAMS) return bad_signature(sig);
        ML_TRY(parse_param(sig, &s, &out->param[out->nparams++]));
    }
    if (!*s) return bad_signature(sig);
    for (s = skip(s + 2); *s; s = skip(s)) {
        if (out->noutputs == ML_MAX_OUTPUTS) return bad_signature(sig);
        size_t n = strcspn(s, ", ");
        out->list_result = n == 3 && !strncmp(s, "T[]", 3);
        out->index_output[out->noutputs++] = n == 5 && !strncmp(s, "index", 5);
        s += n;
    }
    return ML_OK;
}

const ml_signature *ml_signature_of(int op)
{
    static ml_signature *cache[ML_NOP];
    if (cache[op]) return cache[op];
    ml_signature *s = ml_alloc(sizeof *s);
    if (!s) return ml_fail(ML_MEMORY, "out of memory"), NULL;
    memset(s, 0, sizeof *s);
    if (parse(ml_ops[op].sig, s) != ML_OK) return ml_free(s, sizeof *s), NULL;
    return cache[op] = s;
}
