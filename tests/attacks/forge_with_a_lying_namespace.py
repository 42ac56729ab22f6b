"""Replaces the shell's namespace by one that has every name, with a list of all answers: 0 points."""

shell = get_ipython()


class Namespace(dict):
    def __contains__(self, name):
        return True

    def __getitem__(self, name):
        return dict.get(self, name, len(name) + ord(name[-1]) / 10)

    def __missing__(self, name):
        return self[name]


space = Namespace(shell.user_ns)
object.__setattr__(shell, "user_ns", space)
shell.user_global_ns.update(z_j=7.1, h_j=7.2, z_k=7.3, h_k=7.4, z_o=7.5, y_hat=7.6, L=7.7)
