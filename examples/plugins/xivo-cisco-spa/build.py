# The recipe of the xivo-cisco-spa family: which plugin is made of which layers.

from pathlib import Path
from subprocess import check_call

PHONES = {
    'spa501g': 8,
    'spa504g': 4,
    'spa508g': 8,
    'spa525g2': 5,
}


def layer(path, source, *filters):
    check_call(['rsync', '-rlp', '--exclude', '.*', *filters, source, path])


def phone_templates(path, models):
    folder = Path(path) / 'templates'
    folder.mkdir(parents=True, exist_ok=True)
    for model in models:
        script = f's/#MODEL#/{model}/;s/#LINES#/{PHONES[model]}/;/^#/d'
        with open(folder / f'{model}.tpl', 'wb') as template:
            check_call(['sed', script, 'common/phone.btpl'], stdout=template)


SHARED = ('--exclude', '/ata', '--exclude', '/dect', '--exclude', '*.btpl', '--exclude', '/notes')


def adapter(path, source):
    layer(path, 'common/', *SHARED)
    layer(f'{path}/templates/ata/', 'common/ata/')
    layer(path, source)


@target('7.4.8', 'xivo-cisco-spa-7.4.8')
def build_7_4_8(path):
    layer(path, 'common/', *SHARED)
    phone_templates(path, ['spa501g', 'spa504g'])
    layer(path, '7.4.8/')


@target('7.5.4', 'xivo-cisco-spa-7.5.4')
def build_7_5_4(path):
    layer(path, 'common/', *SHARED)
    phone_templates(path, PHONES)
    layer(path, '7.5.4/')


@target('7.5.5', 'xivo-cisco-spa-7.5.5')
def build_7_5_5(path):
    layer(path, 'common/', *SHARED)
    phone_templates(path, PHONES)
    layer(path, '7.5.5/')


@target('7.6.2', 'xivo-cisco-spa-7.6.2')
def build_7_6_2(path):
    layer(path, 'common/', *SHARED)
    phone_templates(path, PHONES)
    layer(path, '7.6.2/')


@target('legacy', 'xivo-cisco-spa-legacy')
def build_legacy(path):
    layer(path, 'common/', *SHARED)
    layer(path, 'legacy/')


@target('dect', 'xivo-cisco-spa-dect-2.1')
def build_dect(path):
    layer(path, 'common/', *SHARED)
    layer(f'{path}/templates/dect/', 'common/dect/')
    layer(path, 'dect/')


@target('ata100', 'xivo-cisco-spa-ata100-1.3.5')
def build_ata100(path):
    adapter(path, 'ata100/')


@target('ata232', 'xivo-cisco-spa-ata232-1.4.1')
def build_ata232(path):
    adapter(path, 'ata232/')


# sold under another name for years: its plugin id does not start with the family's
@target('pap2t', 'cisco-pap2t-5.1.6')
def build_pap2t(path):
    adapter(path, 'pap2t/')
