/* place.h -- a place in the user's code, for messages. */
#ifndef ML_PLACE_H
#define ML_PLACE_H

typedef struct ml_place {
    const char *source; /* NULL: unknown */
    int line;
} ml_place;

ml_place ml_current_place(void);

#endif
