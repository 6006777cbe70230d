#include "sealed.h"

int sealed_program(int file)
{
    return file;
}
