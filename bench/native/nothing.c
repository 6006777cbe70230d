/* nothing: the least a command can do. */
int main(void)
{
    return 0;
}
